import { FirstError } from '@shared/errors'
import type { SecretStore } from '../storage/secret-store'

/** Turns a reference of config.yaml, `${env:NAME}` or `${secret:NAME}`, into the secret. */
export type SecretResolver = (reference: string) => string

/** @throws (the resolver) FirstError `secret_unreadable` that names what is missing and where. */
export function createSecretResolver(deps: { env: Readonly<Record<string, string | undefined>>; secrets: SecretStore; maskSecret: (secret: string) => void }): SecretResolver {
  return (reference) => {
    const secret = resolve(reference, deps)
    deps.maskSecret(secret)
    return secret
  }
}

function resolve(reference: string, deps: { env: Readonly<Record<string, string | undefined>>; secrets: SecretStore }): string {
  const [, kind, name = ''] = /^\$\{(env|secret):([A-Za-z0-9_.-]+)\}$/.exec(reference) ?? []
  if (kind === 'secret') return deps.secrets.get(name)
  if (kind !== 'env') throw new FirstError('secret_unreadable', 'A secret is named as ${env:NAME} or ${secret:NAME}.')
  const value = deps.env[name]
  if (value === undefined || value === '') throw new FirstError('secret_unreadable', `The environment variable ${name}, which config.yaml names, is not set.`)
  return value
}
