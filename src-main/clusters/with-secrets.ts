import { secretReference } from '@shared/config/clusters'
import type { ReplicaHost } from './replica-host'

/** A host whose deployments may name secrets in their `env`; each is read when a replica starts, and is kept nowhere. */
export function withSecrets(host: ReplicaHost, secret: (reference: string) => string): ReplicaHost {
  /** What is in a secret names no value of a launch. */
  const plain = (value: string): string => (secretReference.safeParse(value).success ? secret(value).replaceAll('${', () => '$${') : value)
  return {
    ...host,
    async start({ deployment, ...request }, signal) {
      const env = Object.fromEntries(Object.entries(deployment.env).map(([name, value]) => [name, plain(value)]))
      return host.start({ ...request, deployment: { ...deployment, env } }, signal)
    },
  }
}
