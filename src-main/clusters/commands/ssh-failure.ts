import { FirstError } from '@shared/errors'

/** What ssh prints, as OpenSSH words it, and what helps. */
const known: readonly { readonly says: RegExp; readonly what: (host: string) => string; readonly action: (host: string) => string }[] = [
  // A login anew follows, and what becomes of that is not the cause.
  {
    says: /Session open refused by peer/,
    what: (host) => `${host} opens no more sessions on one connection`,
    action: (host) => `Close terminals that share the connection to ${host}, or ask the site to permit more sessions (MaxSessions of sshd_config).`,
  },
  {
    says: /Permission denied|Too many authentication failures/,
    what: (host) => `${host} does not let us in without a password`,
    action: (host) => `Give the host your public key, or, where it asks for a code, keep a connection open: ControlMaster auto and ControlPersist yes for ${host} in ~/.ssh/config, then run ssh ${host} in a terminal.`,
  },
  { says: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/, what: (host) => `the host key of ${host} is not the one that is known`, action: (host) => `Run ssh ${host} in a terminal once, and accept the key if it is the right one.` },
  { says: /Could not resolve hostname/, what: (host) => `there is no host ${host}`, action: () => 'Correct ssh.host of the cluster in config.yaml, or check the network.' },
  { says: /Connection timed out|No route to host|Network is unreachable|Connection refused|Operation timed out/, what: (host) => `${host} cannot be reached`, action: () => 'Check the network, and whether the host is up.' },
  { says: /Can't open user config file|Bad configuration option|terminating, \d+ bad configuration/, what: () => 'the ssh configuration cannot be read', action: () => 'Correct the file that is named.' },
]

/** How ssh begins what it says itself, where a command there may have printed it. */
const ofSsh = /^(?:mux_client_\w+: |ssh: |kex_exchange_identification: |Connection (?:closed|reset|timed out|to )|Host key verification failed|[^\s@]+@[^\s:]+: Permission denied \()/m

export const isOfSsh = (printed: string): boolean => ofSsh.test(printed)

/** A sentence and a way forward for what `ssh` printed when it could not connect. */
export function sshFailure(host: string, printed: string): FirstError {
  const lines = printed.trim().split(/\r?\n/)
  const cause = known.find(({ says }) => says.test(printed))
  const telling = lines.find((line) => cause?.says.test(line)) ?? lines.at(-1) ?? ''
  const words = telling === '' ? '' : ` (ssh: ${telling})`
  if (cause === undefined) return new FirstError('upstream_unreachable', `The ssh connection to ${host} failed${words}.`, { action: `Try ssh ${host} in a terminal.` })
  return new FirstError('upstream_unreachable', `The ssh connection to ${host} failed: ${cause.what(host)}${words}.`, { action: cause.action(host) })
}
