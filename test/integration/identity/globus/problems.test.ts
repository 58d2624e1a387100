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
