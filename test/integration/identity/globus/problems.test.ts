import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuthReason } from '@shared/globus/auth-reason'
import { computeService } from '@shared/globus/services'
import { ids } from '../../../doubles/globus/usual-world'
import { until } from '../../../fixtures/until'
import { ada, startDesk, type Desk } from './desk'

let desk: Desk
const compute = { site: 'alcf', ...computeService }

beforeEach(async () => {
  desk = await startDesk()
})
afterEach(async () => {
  await desk.close()
})

const problem = (): AuthReason | undefined => desk.accounts.state().accounts[0]?.problem
const isKept = (words: string): Promise<void> => until('it is on the disk', async () => (await desk.secretsFile()).includes(words))
/** What a sign-in that names nothing asks of Globus. */
const asked = async (): Promise<URLSearchParams> => new URL((await desk.accounts.signIns.begin({ site: 'alcf', way: 'paste' })).url).searchParams
const scopesAsked = async (): Promise<readonly string[]> => (await asked()).get('scope')?.split(' ') ?? []

describe('what was refused', () => {
  const ended: AuthReason = { kind: 'sign_in', sentence: 'ALCF did not take your sign-in.', mayRenew: true }
  const policy: AuthReason = { kind: 'policy', sentence: 'ALCF asks for a fresh sign-in: its policy says so.', session: { isFresh: true } }
  const consentTo = (scope: string): AuthReason => ({ kind: 'consent', sentence: 'ALCF needs your consent to one thing more.', requiredScopes: [scope] })
  const refuse = async (request: typeof compute | { site: string }, ...reasons: readonly AuthReason[]): Promise<void> => {
    const { accessToken } = await desk.accounts.token(request)
    for (const reason of reasons) desk.accounts.refused(request, accessToken, reason)
  }
  const gateway = { site: 'alcf' }

  beforeEach(async () => {
    desk.wanted = [compute]
    await desk.signIn(ada)
  })

  test('by a gateway that takes the token again is no problem any more, nor after a restart', async () => {
    await refuse(gateway, policy)
    await isKept(policy.sentence)
    // What was sent before the refusal and comes back now says nothing.
    desk.accounts.siteTokens(gateway).accepted()
    expect(problem()).toEqual(policy)
    desk.globus.clock.advance({ seconds: 61 })
    desk.accounts.siteTokens(gateway).accepted()
    expect(problem()).toBeUndefined()
    await until('it is off the disk', async () => !(await desk.secretsFile()).includes(policy.sentence))
    desk.restart()
    expect(problem()).toBeUndefined()
  })

  test('by a service is a problem until that service takes the token, whatever the gateway takes', async () => {
    const { accessToken } = await desk.accounts.token(compute)
    desk.accounts.refused(compute, accessToken, ended)
    const renewed = await desk.accounts.token(compute)
    desk.accounts.refused(compute, renewed.accessToken, ended)
    expect(problem()).toEqual(ended)
    desk.accounts.siteTokens(gateway).accepted()
    expect(problem()).toEqual(ended)
    desk.accounts.siteTokens({ site: 'alcf', service: computeService }).accepted()
    expect(problem()).toBeUndefined()
    await refuse(gateway, policy)
    desk.globus.clock.advance({ seconds: 61 })
    desk.accounts.siteTokens({ site: 'alcf', service: computeService }).accepted()
    expect(problem()).toEqual(policy)
    await isKept(policy.sentence)
  })

  test('by a service for one thing stays although it takes the token for another', async () => {
    await refuse(compute, policy)
    desk.accounts.siteTokens({ site: 'alcf', service: computeService }).accepted()
    expect(problem()).toEqual(policy)
    await isKept(policy.sentence)
  })

  test('for want of one scope, and then of another, is mended by one sign-in', async () => {
    await refuse(compute, consentTo('first'), consentTo('second'))
    expect(problem()?.requiredScopes).toEqual(['first', 'second'])
    expect(await scopesAsked()).toEqual(expect.arrayContaining(['first', 'second']))
    await isKept('second')
  })

  test('and what the files of a batch wait for goes with the batch', async () => {
    await desk.accounts.tellNeed(gateway, consentTo('files'))
    expect(problem()).toEqual(consentTo('files'))
    await desk.accounts.tellNeed(gateway, undefined)
    expect(problem()).toBeUndefined()
  })
})

describe('a service that a cluster uses', () => {
  test('is consented to at the first sign-in', async () => {
    desk.wanted = [compute]
    await desk.signIn(ada)
    expect(problem()).toBeUndefined()
    expect((await desk.accounts.token(compute)).scopes).toEqual([computeService.scope])
  })

  test('of a cluster that came after the sign-in is what the account needs, until there is consent or no such cluster', async () => {
    await desk.signIn(ada)
    desk.wanted = [compute]
    expect(problem()).toEqual({ kind: 'consent', sentence: 'ALCF needs your consent to functions on clusters (Globus Compute).', requiredScopes: [computeService.scope] })
    desk.wanted = []
    expect(problem()).toBeUndefined()
    desk.wanted = [compute]
    await desk.signIn(ada)
    expect(problem()).toBeUndefined()
    await desk.accounts.token(compute)
  })

  test('is not asked of an account that another cluster names', async () => {
    await desk.signIn(ada)
    desk.wanted = [{ ...compute, account: 'grace@uchicago.edu' }]
    expect(problem()).toBeUndefined()
    expect(await scopesAsked()).not.toContain(computeService.scope)
  })

  test('that asks for a policy or a second factor is told with the account, over a restart too, and the next sign-in meets it', async () => {
    desk.wanted = [compute]
    await desk.signIn(ada)
    const reason: AuthReason = { kind: 'policy', sentence: 'ALCF asks for a sign-in with a second factor.', session: { policies: [ids.labPolicy], needsMfa: true } }
    expect(desk.accounts.refused(compute, (await desk.accounts.token(compute)).accessToken, reason)).toBe(false)
    expect(problem()).toEqual(reason)
    // The gateway of the site has said nothing.
    await desk.accounts.token({ site: 'alcf' })
    await isKept('a second factor')
    desk.restart()
    expect(problem()).toEqual(reason)
    expect(Object.fromEntries(await asked())).toMatchObject({ session_required_policies: `${ids.policy},${ids.labPolicy}`, session_required_mfa: 'true' })
    await desk.signIn(ada)
    expect(problem()).toBeUndefined()
  })

  test('and the gateway of the site are asked for by one sign-in, where both refuse', async () => {
    desk.wanted = [compute]
    await desk.signIn(ada)
    const ofService: AuthReason = { kind: 'consent', sentence: 'ALCF needs your consent to one thing more.', requiredScopes: ['urn:globus:auth:scope:transfer.api.globus.org:all'] }
    const ofGateway: AuthReason = { kind: 'policy', sentence: 'ALCF asks for a fresh sign-in: its policy says so.', session: { isFresh: true } }
    desk.accounts.refused(compute, (await desk.accounts.token(compute)).accessToken, ofService)
    desk.accounts.refused({ site: 'alcf' }, (await desk.accounts.token({ site: 'alcf' })).accessToken, ofGateway)
    expect(problem()).toEqual({ ...ofGateway, requiredScopes: ofService.requiredScopes })
    await isKept('a fresh sign-in')
    const params = await asked()
    expect(params.get('prompt')).toBe('login')
    expect(params.get('scope')?.split(' ')).toEqual(expect.arrayContaining([...(ofService.requiredScopes ?? []), computeService.scope]))
  })
})
