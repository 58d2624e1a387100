/** How a host is reached over ssh; the schema of config.yaml checks the values. */
export interface SshPlace {
  /** A host name, or a name of the person's own ssh configuration. */
  readonly host: string
  readonly port?: number | undefined
  readonly user?: string | undefined
  /** In place of `~/.ssh/config`. */
  readonly configFile?: string | undefined
  /** Nodes are reached through the host; false where this machine reaches them itself. */
  readonly forwardsPorts: boolean
}

/** Nobody is there to type a password, and a host that is gone is noticed within a minute (ssh_config(5)). */
const always = ['BatchMode=yes', 'ConnectTimeout=15', 'ServerAliveInterval=15', 'ServerAliveCountMax=3', 'RequestTTY=no', 'RemoteCommand=none', 'LogLevel=ERROR'] as const

/** Arguments of every `ssh` for this place, up to the host. */
export function sshArgs({ port, user, configFile }: SshPlace): readonly string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...always.flatMap((option) => ['-o', option]),
  ]
}
