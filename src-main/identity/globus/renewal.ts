import { FirstError } from '@shared/errors'
import type { AuthReason } from '@shared/globus/auth-reason'
import type { Logger } from '../../core/logger'
import { GlobusRefusal, type AuthClient } from './auth-client'
import { toRecord } from './records'
import type { StoredAccount, TokenRecord, TokenStore } from './token-store'

export interface RenewalDeps {
  readonly store: TokenStore
  readonly auth: AuthClient
  /** Unix milliseconds. */
  readonly now: () => number
  /** Calls back once; returns how to cancel that. */
  readonly after: (ms: number, callback: () => void) => () => void
  readonly logger: Logger
}

/** Keeps tokens fresh. */
export interface Renewal {
  /** A record that is good now; renewed where it ends soon or was refused, by one call however many ask. */
  fresh(account: StoredAccount, record: TokenRecord): Promise<Renewed>
  /** A service did not take a token. @returns whether another may be had without the person */
  refused(account: StoredAccount, record: TokenRecord, accessToken: string): boolean
}

/** `ended`: the person must sign in again. */
export type Renewed = { readonly kind: 'record'; readonly record: TokenRecord } | { readonly kind: 'ended'; readonly why: 'refused' | 'identity' | 'nothing' }

/** A token that ends within this time is renewed first: a request may be under way for as long. */
const skewMs = 60_000
/** After Globus could not be asked, it is left alone for this long. */
const pauseMs = 5_000
/** A renewal that takes longer holds nobody up whose token is still good. */
const patienceMs = 3_000
/** A token that is refused so soon after it was renewed is not helped by another. */
const justRenewedMs = 5 * 60_000

interface State {
  flight?: Promise<Renewed>
  refused?: string
  /** What a renewal after a refusal gave, and when. */
  renewed?: { readonly accessToken: string; readonly atMs: number }
  failed?: { readonly error: FirstError; readonly atMs: number }
}

export function createRenewal({ store, auth, now, after, logger }: RenewalDeps): Renewal {
  const states = new Map<string, State>()
  const stateOf = (account: StoredAccount, { resourceServer }: TokenRecord): State => {
    const key = `${account.id} ${resourceServer}`
    let state = states.get(key)
    if (state === undefined) states.set(key, (state = {}))
    return state
  }

  const stillGood = (record: TokenRecord, state: State): boolean => record.expiresAtMs > now() && state.refused !== record.accessToken

  const ask = async (account: StoredAccount, record: TokenRecord, refreshToken: string): Promise<TokenRecord | 'refused' | 'identity'> => {
    const askedAtMs = now()
    try {
      const { tokens, sub } = await auth.refresh({ clientId: account.clientId, refreshToken })
      const issued = tokens.find(({ resourceServer }) => resourceServer === record.resourceServer)
      if (issued === undefined) throw new FirstError('upstream_garbled', 'Globus renewed another token than it was asked for.')
      if (sub !== undefined && sub !== account.sub) return 'identity'
      return toRecord(issued, askedAtMs, refreshToken)
    } catch (cause) {
      if (!(cause instanceof GlobusRefusal)) throw cause
      logger.warn({ site: account.site, resourceServer: record.resourceServer, status: cause.status, code: cause.code }, 'Globus does not renew a token')
      if (cause.code === 'invalid_grant') return 'refused'
      // Of this app or of the request, which a sign-in would not mend: the refresh token may be good yet.
      throw new FirstError('upstream_error', `Globus refused to renew it (${cause.code}).`, { cause })
    }
  }

  const renew = async (account: StoredAccount, record: TokenRecord, state: State): Promise<Renewed> => {
    const { refreshToken } = record
    if (refreshToken === undefined) return stillGood(record, state) ? { kind: 'record', record } : { kind: 'ended', why: 'nothing' }
    try {
      const got = await ask(account, record, refreshToken)
      // Signed out, or signed in anew, meanwhile: what came is of no use to anybody.
      const present = store.record(account.id, record.resourceServer)
      if (present?.refreshToken !== refreshToken) return present === undefined ? { kind: 'ended', why: 'nothing' } : { kind: 'record', record: present }
      if (typeof got === 'string') {
        if (got === 'identity') logger.error({ site: account.site }, 'a renewed token is for somebody else, and was thrown away')
        const rest = { resourceServer: record.resourceServer, accessToken: record.accessToken, scopes: record.scopes, expiresAtMs: record.expiresAtMs }
        await store.putRecord(account.id, rest)
        return got === 'refused' && stillGood(record, state) ? { kind: 'record', record: rest } : { kind: 'ended', why: got }
      }
      if (state.refused === record.accessToken) state.renewed = { accessToken: got.accessToken, atMs: now() }
      delete state.failed
      await store.putRecord(account.id, got)
      return { kind: 'record', record: got }
    } catch (cause) {
      if (!(cause instanceof FirstError) || !cause.code.startsWith('upstream_')) throw cause
      const error = new FirstError('upstream_unreachable', `A fresh token could not be had. ${cause.message}`, { cause, action: 'Check the network; it is tried again by itself.' })
      state.failed = { error, atMs: now() }
      if (stillGood(record, state)) return { kind: 'record', record }
      throw error
    }
  }

  const atMost = async (flight: Promise<Renewed>, record: TokenRecord): Promise<Renewed> => {
    let cancel = (): void => undefined
    const late = new Promise<Renewed>((resolve) => (cancel = after(patienceMs, () => resolve({ kind: 'record', record }))))
    try {
      return await Promise.race([flight, late])
    } finally {
      cancel()
    }
  }

  return {
    async fresh(account, record) {
      const state = stateOf(account, record)
      if (record.expiresAtMs - skewMs > now() && state.refused !== record.accessToken) return { kind: 'record', record }
      if (state.flight === undefined && state.failed !== undefined && Math.abs(now() - state.failed.atMs) < pauseMs) {
        if (stillGood(record, state)) return { kind: 'record', record }
        throw state.failed.error
      }
      state.flight ??= renew(account, record, state).finally(() => delete state.flight)
      return stillGood(record, state) ? atMost(state.flight, record) : state.flight
    },
    refused(account, record, accessToken) {
      const state = stateOf(account, record)
      if (record.accessToken !== accessToken) return true
      if (record.refreshToken === undefined) return false
      if (state.renewed?.accessToken === accessToken && Math.abs(now() - state.renewed.atMs) < justRenewedMs) return false
      state.refused = accessToken
      return true
    },
  }
}

/** What a person is told where nothing renews the token. */
export function endedReason(why: 'refused' | 'identity' | 'nothing', title: string): AuthReason {
  if (why === 'identity') return { kind: 'sign_in', sentence: `Globus gave a token of somebody else for ${title}, which was not taken.` }
  return { kind: 'sign_in', sentence: `Your sign-in to ${title} has ended.` }
}
