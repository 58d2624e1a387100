/** A command and its arguments; never a command line. */
export type Argv = readonly [string, ...string[]]

export interface RunOptions {
  readonly signal: AbortSignal
  /** Written to its standard input, which is then closed. */
  readonly input?: string
  /** After this long it is killed with all it started. */
  readonly timeoutMs?: number
  /** What sentences call it, where `argv` begins with something that a person would not recognise. */
  readonly name?: string
}

export interface CommandOutcome {
  /** 128 and the signal's number, when one ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Where an engine listens, as the machine that runs the commands knows it. */
export interface NodeAddress {
  readonly host: string
  readonly port: number
}

/** Runs the commands of a site, on this machine or over ssh. */
export interface CommandRunner {
  /** `this machine`, or the name of the host; for sentences. */
  readonly where: string
  /** Whether the machine that runs the commands can pass requests on, so that an engine there need listen on loopback only. */
  readonly reachesLoopback: boolean
  /** @throws FirstError `upstream_unreachable` when it cannot be run, answers too late or says too much; the signal's reason when that is aborted */
  run(argv: Argv, options: RunOptions): Promise<CommandOutcome>
  /** The address by which this machine reaches it; another one where ports are forwarded. */
  reach(address: NodeAddress, signal: AbortSignal): Promise<NodeAddress>
  /** Ends the forwards of all but these addresses. */
  keep(addresses: readonly NodeAddress[]): Promise<void>
  close(): Promise<void>
}
