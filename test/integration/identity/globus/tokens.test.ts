import type { AuthReason } from '@shared/globus/auth-reason'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ids } from '../../../doubles/globus/usual-world'
import { until } from '../../../fixtures/until'
import { ada, startDesk, type Desk } from './desk'

let desk: Desk
const route = 'POST /v2/oauth2/token'

beforeEach(async () => {
  desk = await startDesk()
  await desk.signIn(ada)
})
afterEach(async () => {
  await desk.close()
})

const token = async (): Promise<string> => (await desk.accounts.token({ site: 'alcf' })).accessToken
const isGood = (accessToken: string): boolean => desk.globus.auth.tokens.access(accessToken) !== undefined
const ended = { kind: 'sign_in', sentence: 'Your sign-in to ALCF has ended.', mayRenew: true } as const

describe('a token', () => {
  test('is the same while it is good, and is renewed within a minute of its end', async () => {
    const first = await token()
    desk.globus.clock.advance({ hours: 47, minutes: 58 })
    expect(await token()).toBe(first)
    desk.globus.clock.advance({ minutes: 1, seconds: 30 })
    const second = await token()
    expect(second).not.toBe(first)
    expect(isGood(second)).toBe(true)
    expect(desk.refreshes()).toBe(1)
  })

  test('is renewed after a sleep of days, by one call for fifty requests', async () => {
    desk.globus.clock.advance({ days: 5 })
    const tokens = await Promise.all(Array.from({ length: 50 }, token))
    expect(new Set(tokens).size).toBe(1)
    expect(isGood(tokens[0]!)).toBe(true)
    expect(desk.refreshes()).toBe(1)
  })

  test('is renewed over a restart by the refresh token that was kept, although no new one came', async () => {
    desk.globus.clock.advance({ days: 3 })
    await token()
    desk.restart()
    desk.globus.clock.advance({ days: 3 })
    expect(isGood(await token())).toBe(true)
    expect(desk.refreshes()).toBe(2)
  })

  test('is renewed by the newest refresh token where each is good for once', async () => {
    desk.globus.auth.rotatesRefreshTokens = true
    for (let times = 1; times <= 3; times++) {
      desk.globus.clock.advance({ days: 3 })
      expect(isGood(await token())).toBe(true)
      desk.restart()
    }
  })

  test.each([
    ['an hour ahead', 60],
    ['an hour behind', -60],
  ])('is good however wrong the clock of this machine is: %s', async (_how, skewMin) => {
    desk.skewMin = skewMin
    await desk.signIn(ada)
    desk.globus.clock.advance({ hours: 47, minutes: 59, seconds: 30 })
    expect(isGood(await token())).toBe(true)
    desk.globus.clock.advance({ hours: 48 })
    expect(isGood(await token())).toBe(true)
  })

  test('that ended unseen, since the clock was set back, is renewed when a site refuses it', async () => {
    const old = await token()
    desk.skewMin = -120
    desk.globus.clock.advance({ hours: 48, minutes: 1 })
    expect(await token()).toBe(old)
    expect(desk.accounts.refused({ site: 'alcf' }, old, ended)).toBe(true)
    expect(isGood(await token())).toBe(true)
  })

  test('that is refused again right after it was renewed asks for the person', async () => {
    const old = await token()
    expect(desk.accounts.refused({ site: 'alcf' }, old, ended)).toBe(true)
    const renewed = await token()
    expect(desk.accounts.refused({ site: 'alcf' }, renewed, ended)).toBe(false)
    await expect(token()).rejects.toMatchObject({ code: 'sign_in_needed', info: { site: 'alcf', reason: { kind: 'sign_in' } } })
    expect(desk.refreshes()).toBe(1)
  })

  test('refused by fifty requests at once is renewed once', async () => {
    const old = await token()
    const again = Array.from({ length: 50 }, async () => (desk.accounts.refused({ site: 'alcf' }, old, ended) ? token() : undefined))
    expect(new Set(await Promise.all(again)).size).toBe(1)
    expect(desk.refreshes()).toBe(1)
  })

  test('of a service that was not asked for wants consent to it, which the next sign-in asks for', async () => {
    const scope = 'urn:globus:auth:scope:transfer.api.globus.org:all'
    const wanted = { site: 'alcf', resourceServer: 'transfer.api.globus.org', scope }
    await expect(desk.accounts.token(wanted)).rejects.toMatchObject({ code: 'sign_in_needed', info: { reason: { kind: 'consent', requiredScopes: [scope] } } })
    const { url } = await desk.accounts.signIns.begin({ site: 'alcf', way: 'paste', scopes: [scope] })
    expect(new URL(url).searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['openid', ids.gatewayScope, scope]))
  })
})

describe('while Globus cannot be reached', () => {
  test.each([
    ['is down', { kind: 'status', status: 503 }],
    ['answers garbage', { kind: 'malformed' }],
    ['cuts the connection', { kind: 'reset' }],
    ['hangs', { kind: 'hang' }],
    ['answers 200 with something else', { kind: 'status', status: 200, body: { hello: 'world' } }],
    ['answers 400 with something else', { kind: 'status', status: 400 }],
    ['is behind a proxy that forbids it', { kind: 'status', status: 403, body: '<h1>Forbidden</h1>' }],
    ['shows a page of its maintenance', { kind: 'status', status: 404, body: '<h1>We are back soon</h1>' }],
    ['does not know this app for a moment', { kind: 'status', status: 401, body: { error: 'invalid_client' } }],
  ] as const)('because it %s, a token that is still good is used, and none is lost', async (_what, fault) => {
    desk.globus.clock.advance({ hours: 47, minutes: 59, seconds: 30 })
    desk.globus.faults.set('auth', route, fault)
    expect(isGood(await token())).toBe(true)
    desk.globus.clock.advance({ minutes: 1 })
    await expect(token()).rejects.toMatchObject({ code: 'upstream_unreachable' })
    desk.globus.faults.clear()
    desk.globus.clock.advance({ seconds: 10 })
    expect(isGood(await token())).toBe(true)
    expect(desk.accounts.state().accounts[0]).toMatchObject({ grants: expect.arrayContaining([expect.objectContaining({ purpose: 'models of ALCF', isRenewed: true })]) as unknown })
    expect(desk.accounts.state().accounts[0]?.problem).toBeUndefined()
  })

  test('it is left alone for a moment after each failure, however many ask', async () => {
    desk.globus.clock.advance({ days: 3 })
    desk.globus.faults.set('auth', route, { kind: 'status', status: 500 })
    for (let times = 0; times < 10; times++) await expect(token()).rejects.toMatchObject({ code: 'upstream_unreachable' })
    expect(desk.refreshes()).toBe(1)
  })

  test('a renewal that takes long holds nobody up whose token is still good', async () => {
    const good = await token()
    desk.globus.clock.advance({ hours: 47, minutes: 59, seconds: 30 })
    let answer = (): void => undefined
    desk.globus.faults.once('auth', route, { kind: 'slow', until: new Promise<void>((resolve) => (answer = resolve)) })
    const asked = Promise.all([token(), token()])
    await desk.globus.calls.seen('auth', route, 2)
    await desk.timers.advance(3_000)
    expect(await asked).toEqual([good, good])
    answer()
    const later = async (): Promise<string> => {
      const [given] = await Promise.all([token(), desk.timers.advance(3_000)])
      return given
    }
    await until('the new one has come', async () => (await later()) !== good)
    expect(desk.refreshes()).toBe(1)
  })

  test('the answer to a renewal may be lost on its way: the next one works', async () => {
    desk.globus.clock.advance({ days: 3 })
    desk.globus.faults.once('auth', route, { kind: 'lost' })
    await expect(token()).rejects.toMatchObject({ code: 'upstream_unreachable' })
    desk.globus.clock.advance({ seconds: 10 })
    expect(isGood(await token())).toBe(true)
  })
})

describe('a sign-in that has ended', () => {
  test.each([400, 401])('by %i invalid_grant asks for the person', async (status) => {
    desk.globus.clock.advance({ days: 3 })
    desk.globus.faults.once('auth', route, { kind: 'status', status, body: { error: 'invalid_grant' } })
    await expect(token()).rejects.toMatchObject({ code: 'sign_in_needed' })
  })

  test('because the refresh token was idle for half a year asks for the person, and the next sign-in mends it', async () => {
    desk.globus.clock.advance({ days: 200 })
    await expect(token()).rejects.toMatchObject({ code: 'sign_in_needed', kind: { status: 401 } })
    expect(desk.accounts.state().accounts[0]?.problem).toMatchObject({ kind: 'sign_in' })
    desk.restart()
    expect(desk.accounts.state().accounts[0]?.problem).toMatchObject({ kind: 'sign_in' })
    await desk.signIn(ada)
    expect(desk.accounts.state().accounts[0]?.problem).toBeUndefined()
    expect(isGood(await token())).toBe(true)
  })

  test('is not asked about again and again', async () => {
    desk.globus.auth.tokens.revokeAll('ada@anl.gov')
    desk.globus.clock.advance({ days: 3 })
    for (let times = 0; times < 5; times++) await expect(token()).rejects.toMatchObject({ code: 'sign_in_needed' })
    expect(desk.refreshes()).toBe(1)
  })

  test('by the policy of the site names the policy and a fresh sign-in for the next one, and holds for a minute', async () => {
    const reason: AuthReason = { kind: 'policy', sentence: 'ALCF asks for a fresh sign-in.', session: { isFresh: true, policies: [ids.policy] } }
    expect(desk.accounts.refused({ site: 'alcf' }, await token(), reason)).toBe(false)
    await expect(token()).rejects.toMatchObject({ code: 'sign_in_needed', info: { reason } })
    const { url, id } = await desk.accounts.signIns.begin({ site: 'alcf', way: 'paste' })
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ prompt: 'login', session_required_policies: ids.policy })
    desk.accounts.signIns.cancel(id)
    desk.globus.clock.advance({ seconds: 61 })
    expect(isGood(await token())).toBe(true)
  })
})

describe('signing out', () => {
  test('revokes every access and refresh token, and forgets them', async () => {
    await token()
    const before = desk.globus.auth.tokens.values()
    expect(await desk.accounts.signOut(`alcf/${ids.ada}`)).toBe(0)
    for (const value of before) {
      expect(isGood(value)).toBe(false)
      expect(desk.globus.auth.tokens.useRefresh(value)).toBeUndefined()
      expect(await desk.secretsFile()).not.toContain(value)
    }
    desk.restart()
    expect(desk.accounts.state().accounts).toEqual([])
  })

  test('leaves none of an earlier sign-in behind, which a later one has taken the place of', async () => {
    await desk.signIn(ada)
    await desk.signIn(ada)
    await desk.accounts.signOut(`alcf/${ids.ada}`)
    const live = (value: string): boolean => isGood(value) || desk.globus.auth.tokens.useRefresh(value) !== undefined
    await until('none is good', () => Promise.resolve(!desk.globus.auth.tokens.values().some(live)))
  })

  test('forgets them also where Globus cannot be told, and says how many are left', async () => {
    desk.globus.faults.set('auth', 'POST /v2/oauth2/token/revoke', { kind: 'reset' })
    expect(await desk.accounts.signOut(`alcf/${ids.ada}`)).toBe(4)
    expect(desk.accounts.state().accounts).toEqual([])
  })

  test('while a token is being renewed does not bring it back', async () => {
    desk.globus.clock.advance({ days: 3 })
    let answer = (): void => undefined
    desk.globus.faults.once('auth', route, { kind: 'slow', until: new Promise<void>((resolve) => (answer = resolve)) })
    const renewing = expect(token()).rejects.toMatchObject({ code: 'sign_in_needed' })
    await desk.globus.calls.seen('auth', route, 2)
    await desk.accounts.signOut(`alcf/${ids.ada}`)
    answer()
    await renewing
    expect(await desk.secretsFile()).not.toContain('accessToken')
  })
})

describe('no token', () => {
  test('stands in the log, in what the window is told, or in an error', async () => {
    desk.globus.clock.advance({ days: 3 })
    desk.globus.faults.once('auth', route, { kind: 'status', status: 500 }, { kind: 'malformed' })
    const errors: unknown[] = []
    for (let times = 0; times < 3; times++) {
      await token().catch((cause: unknown) => errors.push(cause))
      desk.globus.clock.advance({ seconds: 10 })
    }
    await desk.accounts.signOut(`alcf/${ids.ada}`)
    await desk.signIn(ada)
    const told = JSON.stringify([desk.accounts.state(), errors.map((cause) => (cause instanceof Error ? [cause.message, cause.stack, String(cause.cause)] : cause))])
    expect(errors).toHaveLength(2)
    expect(desk.globus.auth.tokens.values().length).toBeGreaterThan(8)
    for (const value of desk.globus.auth.tokens.values()) {
      expect(desk.log()).not.toContain(value)
      expect(told).not.toContain(value)
    }
  })
})
