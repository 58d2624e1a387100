import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Grant } from './tokens'
import { userClaims } from './userinfo'
import type { AuthState } from './state'

export const issuer = 'https://auth.globus.org'
const keyId = 'double'
let keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined

/** Made when it is first needed: it takes a while. */
const keyPair = (): NonNullable<typeof keys> => (keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 }))

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT signed with RS512, as OpenID Connect has it. */
export function idToken(grant: Grant, auth: AuthState): string {
  const nowS = auth.clock.nowS()
  const claims = { iss: issuer, aud: grant.client, iat: nowS, exp: nowS + auth.tokens.lifetimes().accessS, ...userClaims(grant, auth) }
  const signed = `${encode({ alg: 'RS512', kid: keyId, typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${createSign('RSA-SHA512').update(signed).sign(keyPair().privateKey, 'base64url')}`
}

/** Of `/jwk.json`. */
export const publicKeys = (): object => ({ keys: [{ ...keyPair().publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS512', use: 'sig' }] })
