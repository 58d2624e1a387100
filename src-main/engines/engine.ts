/**
 * A running engine: an OpenAI-compatible HTTP server on loopback that answers only to its own key.
 * It serves `GET /health` (200 when ready), `GET /v1/models` and `POST /v1/chat/completions`.
 */
export interface RunningEngine {
  /** Origin without a path, for example `http://127.0.0.1:41234`. */
  readonly origin: string
  /** Sent as `Authorization: Bearer <key>`; anything else is refused with 401. */
  readonly key: string
  /** Absent when the engine runs in this process. */
  readonly pid?: number
  /** Resolves once, when the engine has ended for whatever reason. */
  readonly exited: Promise<EngineExit>
  stop(): Promise<void>
}

export interface EngineExit {
  readonly reason: 'stopped' | 'crashed'
  /** The last lines it printed, at most 8 KB. */
  readonly logTail: string
}

/** Starts one kind of engine; rejects with a `FirstError` (errors.ts) whose message a person can act on. */
export interface Engine<Options> {
  start(options: Options, signal: AbortSignal): Promise<RunningEngine>
}

/** Runs a module of the build in a child process: `child_process.fork` headless, `utilityProcess` in Electron. */
export interface ChildHost {
  /** `module` is the name of a file of the build, such as `llama-child.js`. The child ends when its parent does. */
  fork(request: { module: string; name: string; env: Readonly<Record<string, string>> }): ChildProcess
}

export interface ChildProcess {
  readonly pid: number | undefined
  /** Messages are structured-cloneable values; what comes back is unknown until it is parsed. */
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Lines of stdout and stderr together. */
  onOutput(listener: (text: string) => void): void
  /** Called once; `code` is null when a signal ended it. */
  onExit(listener: (code: number | null) => void): void
  /** SIGKILL; a child that has ended already is left alone. */
  kill(): void
}
