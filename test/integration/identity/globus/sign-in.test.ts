import { createServer, request, type ClientRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBrowser } from '../../../doubles/globus/browse'
import type { AuthReason } from '@shared/globus/auth-reason'
import { ids } from '../../../doubles/globus/usual-world'
import { ada, grace, startDesk, type Desk } from './desk'

let desk: Desk
const forever = new AbortController().signal

beforeEach(async () => {
  desk = await startDesk()
})
afterEach(async () => {
  await desk.close()
})

const begin = (way: 'browser' | 'paste' = 'browser') => desk.accounts.signIns.begin({ site: 'alcf', way })
const stateOf = (id: string) => desk.accounts.state().signIns.find((one) => one.id === id)
const exchanges = (): number => desk.globus.calls.count('auth', 'POST /v2/oauth2/token', ({ text }) => text.includes('authorization_code'))

describe('signing in', () => {
  test.each(['browser', 'paste'] as const)('by %s gives an account with a token for each service', async (way) => {
    const account = await desk.signIn(ada, { way })
    expect(account).toMatchObject({ id: `alcf/${ids.ada}`, site: 'alcf', username: 'ada@anl.gov', name: 'Ada Lovelace', provider: 'Argonne National Laboratory', isUsed: true, isBorrowed: false })
    expect(account.grants.map(({ resourceServer, purpose, isRenewed }) => [resourceServer, purpose, isRenewed])).toEqual(expect.arrayContaining([[ids.gateway, 'models of ALCF', true], ['auth.globus.org', 'who you are', true]]))
    const { accessToken } = await desk.accounts.token({ site: 'alcf' })
    expect(desk.globus.auth.tokens.access(accessToken)).toMatchObject({ resourceServer: ids.gateway })
  })

  test('asks Globus for the policy of the site, and is refused by an identity that does not meet it', async () => {
    const { url } = await begin()
    expect(new URL(url).searchParams.get('session_required_policies')).toBe(ids.policy)
    await expect(createBrowser().authorize(url, grace)).rejects.toThrow()
  })

  test('is kept over a restart, in a file that holds it and in no other', async () => {
    const { id } = await desk.signIn(ada)
    const { accessToken } = await desk.accounts.token({ site: 'alcf' })
    desk.restart()
    expect(desk.accounts.state().accounts.map((account) => account.id)).toEqual([id])
    expect((await desk.accounts.token({ site: 'alcf' })).accessToken).toBe(accessToken)
    expect(await desk.secretsFile()).toContain(accessToken)
  })

  test('to two sites at once keeps them apart', async () => {
    const [here, there] = [await desk.signIn(ada), await desk.signIn(grace, { site: 'lab' })]
    expect(desk.accounts.state().accounts.map(({ site, username }) => [site, username])).toEqual([['alcf', 'ada@anl.gov'], ['lab', 'grace@uchicago.edu']])
    await desk.accounts.signOut(there.id)
    expect(desk.accounts.state().accounts.map(({ id }) => id)).toEqual([here.id])
    await expect(desk.accounts.token({ site: 'lab' })).rejects.toMatchObject({ code: 'sign_in_needed', info: { site: 'lab', reason: { kind: 'sign_in' } } })
  })

  test('with two accounts at one site uses the first until the other is chosen', async () => {
    await desk.signIn(ada, { site: 'lab' })
    const other = await desk.signIn(grace, { site: 'lab', isAnother: true })
    expect((await desk.accounts.token({ site: 'lab' })).username).toBe('ada@anl.gov')
    expect((await desk.accounts.token({ site: 'lab', account: 'grace@uchicago.edu' })).username).toBe('grace@uchicago.edu')
    await desk.accounts.use(other.id)
    expect((await desk.accounts.token({ site: 'lab' })).username).toBe('grace@uchicago.edu')
    await desk.accounts.signOut(other.id)
    expect((await desk.accounts.token({ site: 'lab' })).username).toBe('ada@anl.gov')
  })

  test('as somebody else does not change an account: what came is revoked', async () => {
    const { id } = await desk.signIn(ada, { site: 'lab' })
    const before = (await desk.accounts.token({ site: 'lab' })).accessToken
    await expect(desk.signIn(grace, { site: 'lab', way: 'paste' })).rejects.toMatchObject({ code: 'sign_in_failed', message: 'You signed in as grace@uchicago.edu, and this account is ada@anl.gov.' })
    expect(desk.accounts.state().accounts.map((account) => account.id)).toEqual([id])
    expect((await desk.accounts.token({ site: 'lab' })).accessToken).toBe(before)
    const live = desk.globus.auth.tokens.values().filter((value) => desk.globus.auth.tokens.access(value)?.person.identities[0].id === ids.grace)
    expect(live).toEqual([])
  })
})

describe('a cluster that names an account', () => {
  const graces = { site: 'lab', account: 'grace@uchicago.edu' }
  const need = { code: 'sign_in_needed', message: expect.stringContaining('«first-desktop login lab --account grace@uchicago.edu»') as string, info: { account: 'grace@uchicago.edu' } }
  const whoIsThere = (): readonly unknown[] => desk.accounts.state().accounts.map(({ username, isUsed, isNamed }) => [username, isUsed, isNamed])

  beforeEach(async () => {
    desk.wanted = [graces]
    await desk.signIn(ada, { site: 'lab' })
  })

  test('says whose sign-in is needed while somebody else is in use, and takes nobody else', async () => {
    await expect(desk.accounts.siteTokens(graces).token()).rejects.toMatchObject(need)
    await expect(desk.signIn(ada, graces)).rejects.toMatchObject({ code: 'sign_in_failed', message: 'You signed in as ada@anl.gov, and this account is grace@uchicago.edu.' })
    await desk.signIn(grace, graces)
    expect((await desk.accounts.token(graces)).username).toBe('grace@uchicago.edu')
    expect(whoIsThere()).toEqual([['ada@anl.gov', true, undefined], ['grace@uchicago.edu', false, true]])
  })

  test('has that one renewed when its policy asks, by the name that the refusal gives', async () => {
    await desk.signIn(grace, graces)
    const tokens = desk.accounts.siteTokens(graces)
    const reason: AuthReason = { kind: 'policy', sentence: 'The lab asks for a fresh sign-in: its policy says so.' }
    expect(tokens.refused(await tokens.token(), reason)).toBe(false)
    expect(tokens.site.error(reason)).toMatchObject(need)
    await expect(tokens.token()).rejects.toMatchObject(need)
    const { account } = await desk.accounts.signIns.begin({ ...graces, way: 'paste' })
    expect(account).toBe(`lab/${ids.grace}`)
    await desk.signIn(grace, graces)
    expect((await desk.accounts.token(graces)).username).toBe('grace@uchicago.edu')
  })
})

describe('somebody whom a site does not take', () => {
  const reason: AuthReason = { kind: 'identity_provider', sentence: 'The lab wants a sign-in with an account of uchicago.edu.', session: { isFresh: true, domains: ['uchicago.edu'] } }
  const refuse = async (): Promise<void> => {
    expect(desk.accounts.refused({ site: 'lab' }, (await desk.accounts.token({ site: 'lab' })).accessToken, reason)).toBe(false)
  }

  test('may come as somebody else in their place, who is used from then on', async () => {
    await desk.signIn(ada, { site: 'lab' })
    await refuse()
    await expect(desk.signIn(ada, { site: 'lab' })).rejects.toThrow()
    const { id } = await desk.signIn(grace, { site: 'lab' })
    expect((await desk.accounts.token({ site: 'lab' })).username).toBe('grace@uchicago.edu')
    expect(desk.accounts.state().accounts.filter(({ isUsed }) => isUsed).map((account) => account.id)).toEqual([id])
    await desk.accounts.signOut(id)
    await expect(desk.accounts.token({ site: 'lab' })).rejects.toMatchObject({ info: { reason } })
  })
})

describe('Globus asks who somebody is, whoever is signed in with it', () => {
  const promptOf = async (request: Parameters<Desk['accounts']['signIns']['begin']>[0]): Promise<string | null> => new URL((await desk.accounts.signIns.begin(request)).url).searchParams.get('prompt')

  test('when another account is added, and for each while there are several people', async () => {
    await desk.signIn(ada, { site: 'lab' })
    expect(await promptOf({ site: 'lab' })).toBeNull()
    expect(await promptOf({ site: 'lab', isAnother: true })).toBe('login')
    expect(await promptOf({ site: 'lab', account: 'grace@uchicago.edu' })).toBe('login')
    await desk.signIn(grace, { site: 'lab', isAnother: true })
    expect(await promptOf({ site: 'lab' })).toBe('login')
  })

  test('after somebody else came back', async () => {
    await desk.signIn(ada, { site: 'lab' })
    await expect(desk.signIn(grace, { site: 'lab' })).rejects.toMatchObject({ code: 'sign_in_failed' })
    expect(await promptOf({ site: 'lab' })).toBe('login')
  })
})

describe('a sign-in that comes to nothing', () => {
  test('because the person declines says so, to the browser too', async () => {
    const { id, url } = await begin()
    const answer = await createBrowser().authorize(url, { ...ada, decision: 'Deny' })
    const waiting = expect(desk.accounts.signIns.wait(id, forever)).rejects.toMatchObject({ code: 'sign_in_failed', message: 'The sign-in to ALCF was declined.' })
    const page = await (await fetch(answer)).text()
    expect(page).toContain('The sign-in to ALCF was declined.')
    expect(page).toContain('<a href="first-desktop://accounts">go back to FIRST Desktop</a>')
    await waiting
    expect(stateOf(id)).toMatchObject({ state: 'failed', problem: 'The sign-in to ALCF was declined.' })
  })

  test('ends after ten minutes, by itself', async () => {
    const { id } = await begin()
    const waiting = expect(desk.accounts.signIns.wait(id, forever)).rejects.toMatchObject({ code: 'sign_in_failed' })
    await desk.timers.advance(10 * 60_000)
    await waiting
    expect(stateOf(id)).toMatchObject({ state: 'expired' })
  })

  test('ends when it is cancelled, and its code is worth nothing then', async () => {
    const { id, url } = await begin('paste')
    const code = (await createBrowser().authorize(url, ada)).searchParams.get('code') ?? ''
    desk.accounts.signIns.cancel(id)
    await expect(desk.accounts.signIns.paste(id, code)).rejects.toMatchObject({ code: 'sign_in_failed' })
    expect(exchanges()).toBe(0)
    expect(stateOf(id)).toMatchObject({ state: 'cancelled' })
  })

  test('is cancelled while its code is exchanged: the tokens that come are revoked', async () => {
    const { id, url } = await begin('paste')
    const code = (await createBrowser().authorize(url, ada)).searchParams.get('code') ?? ''
    let answer = (): void => undefined
    desk.globus.faults.once('auth', 'POST /v2/oauth2/token', { kind: 'slow', until: new Promise<void>((resolve) => (answer = resolve)) })
    const pasted = expect(desk.accounts.signIns.paste(id, code)).rejects.toMatchObject({ code: 'sign_in_failed' })
    await desk.globus.calls.seen('auth', 'POST /v2/oauth2/token', 1)
    desk.accounts.signIns.cancel(id)
    answer()
    await pasted
    expect(desk.accounts.state().accounts).toEqual([])
    expect(desk.globus.auth.tokens.values().filter((value) => desk.globus.auth.tokens.access(value) !== undefined)).toEqual([])
  })

  test('gives way to another one for the same account', async () => {
    const first = await begin()
    const waiting = expect(desk.accounts.signIns.wait(first.id, forever)).rejects.toMatchObject({ code: 'cancelled' })
    const second = await begin()
    await waiting
    expect(desk.accounts.state().signIns.map(({ id }) => id)).toEqual([second.id])
  })

  test.each([
    ['is down', { kind: 'status', status: 500 }],
    ['answers garbage', { kind: 'malformed' }],
    ['cuts the connection', { kind: 'reset' }],
    ['hangs', { kind: 'hang' }],
  ] as const)('because the token endpoint %s leaves nothing behind, and can be begun anew', async (_what, fault) => {
    desk.globus.faults.once('auth', 'POST /v2/oauth2/token', fault)
    await expect(desk.signIn(ada, { way: 'paste' })).rejects.toMatchObject({ code: 'sign_in_failed' })
    expect(desk.accounts.state().accounts).toEqual([])
    expect(desk.log()).toContain('a sign-in failed')
    expect(await desk.signIn(ada, { way: 'paste' })).toMatchObject({ username: 'ada@anl.gov' })
  })
})

test('a token endpoint that sends the code to another host is not followed there', async () => {
  const seen: string[] = []
  const other = createServer((asked, response) => {
    seen.push(asked.url ?? '')
    response.end()
  })
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  try {
    const { port } = other.address() as AddressInfo
    desk.globus.faults.once('auth', 'POST /v2/oauth2/token', { kind: 'status', status: 307, headers: { location: `http://127.0.0.1:${port}/v2/oauth2/token` } })
    await expect(desk.signIn(ada, { way: 'paste' })).rejects.toMatchObject({ code: 'sign_in_failed' })
    expect(seen).toEqual([])
    expect(desk.log()).toContain('a sign-in failed')
  } finally {
    other.close()
  }
})

/** Sends a request as it stands, whatever its Host header says. */
async function send(url: URL, options: { method?: string; host?: string }): Promise<number | undefined> {
  const sent: ClientRequest = request(url, { method: options.method ?? 'GET', headers: { ...(options.host !== undefined && { host: options.host }) } })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

describe('the address that the browser comes back to', () => {
  test('takes the answer once: a replay is refused and logged', async () => {
    const { url } = await begin()
    const answer = await createBrowser().authorize(url, ada)
    expect((await fetch(answer)).status).toBe(200)
    expect((await fetch(answer)).status).toBe(410)
    expect(exchanges()).toBe(1)
    expect(desk.log()).toContain('a request to the address of a sign-in was refused')
  })

  test.each([
    ['another state', (url: URL): void => url.searchParams.set('state', 'another'), {}, 400],
    ['no state', (url: URL): void => url.searchParams.delete('state'), {}, 400],
    ['two codes', (url: URL): void => url.searchParams.append('code', 'x'), {}, 400],
    ['another path', (url: URL): void => void (url.pathname = '/callback'), {}, 404],
    ['another host', (): void => undefined, { host: 'rebound.example.org' }, 403],
    ['another method', (): void => undefined, { method: 'POST' }, 405],
  ] as const)('refuses %s, and goes on waiting for the right one', async (_what, change, options, status) => {
    const { id, url } = await begin()
    const answer = await createBrowser().authorize(url, ada)
    const wrong = new URL(answer)
    change(wrong)
    expect(await send(wrong, options)).toBe(status)
    expect(stateOf(id)).toMatchObject({ state: 'waiting' })
    expect(exchanges()).toBe(0)
    expect(desk.log()).toContain('a request to the address of a sign-in was refused')
    expect((await fetch(answer)).status).toBe(200)
    expect(stateOf(id)).toMatchObject({ state: 'done' })
  })

  test.each(['127.0.0.1', '0.0.0.0'])('cannot be listened at by another program, at %s', async (host) => {
    const { url } = await begin()
    const redirect = new URL(new URL(url).searchParams.get('redirect_uri') ?? '')
    expect(redirect.hostname).toBe('127.0.0.1')
    const other = createServer()
    other.listen({ host, port: Number(redirect.port) })
    const [cause] = (await once(other, 'error')) as [NodeJS.ErrnoException]
    expect(cause.code).toBe('EADDRINUSE')
  })

  test('loads nothing, is not kept, and shows no code', async () => {
    const { url } = await begin()
    const answer = await createBrowser().authorize(url, ada)
    const page = await fetch(answer)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).not.toContain(answer.searchParams.get('code'))
  })
})

describe('a code', () => {
  test('that was stolen from another sign-in is of no use: the verifier is not its own', async () => {
    const theirs = await begin('paste')
    const stolen = (await createBrowser().authorize(theirs.url, ada)).searchParams.get('code') ?? ''
    const ours = await desk.accounts.signIns.begin({ site: 'alcf', way: 'paste', isAnother: true })
    await expect(desk.accounts.signIns.paste(ours.id, stolen)).rejects.toMatchObject({ code: 'sign_in_failed' })
    expect(desk.log()).toContain('a sign-in failed')
    expect(desk.log()).not.toContain(stolen)
    expect(desk.accounts.state().accounts).toEqual([])
  })

  test('may be pasted as the whole address, and of this sign-in only', async () => {
    const { id, url } = await begin()
    const answer = await createBrowser().authorize(url, ada)
    const foreign = new URL(answer)
    foreign.searchParams.set('state', 'another')
    await expect(desk.accounts.signIns.paste(id, foreign.href)).rejects.toMatchObject({ message: 'This address is of another sign-in.' })
    expect(await desk.accounts.signIns.paste(id, answer.href)).toMatchObject({ username: 'ada@anl.gov' })
    await expect(desk.accounts.signIns.paste(id, answer.href)).rejects.toMatchObject({ code: 'sign_in_failed' })
  })
})
