import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { ids } from '../../doubles/globus/usual-world'
import { ada, createClient, tokenFor, type Client } from './globus-client'

const route = 'POST /v2/oauth2/token'

let globus: Globus
let client: Client
let refreshToken: string

beforeEach(async () => {
  globus = await startGlobus()
  client = createClient(globus)
  refreshToken = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: ids.gatewayScope }).refresh_token ?? ''
})
afterEach(() => globus.close())

describe('faults of the double', () => {
  test('cut the connection once, and the next call is answered', async () => {
    globus.faults.once('auth', route, { kind: 'reset' })
    await expect(client.refresh(refreshToken)).rejects.toThrow('fetch failed')
    expect((await client.refresh(refreshToken)).status).toBe(200)
  })

  test('lose the answer to what was done', async () => {
    const code = await client.codeFor(ada)
    globus.faults.once('auth', route, { kind: 'lost' })
    await expect(client.exchange(code)).rejects.toThrow('fetch failed')
    expect((await client.exchange(code)).body).toMatchObject({ error: 'invalid_grant' })
  })

  test('stand until they are mended', async () => {
    globus.faults.set('auth', route, { kind: 'status', status: 500, body: { error: 'internal_error' } })
    expect([(await client.refresh(refreshToken)).status, (await client.refresh(refreshToken)).status]).toEqual([500, 500])
    globus.faults.set('auth', route, undefined)
    expect((await client.refresh(refreshToken)).status).toBe(200)
  })

  test('answer with half a JSON', async () => {
    globus.faults.once('auth', route, { kind: 'malformed' })
    await expect(client.refresh(refreshToken)).rejects.toThrow(SyntaxError)
  })

  test('never answer, and close all the same', async () => {
    globus.faults.set('auth', route, { kind: 'hang' })
    const answer = client.refresh(refreshToken).catch((cause: unknown) => cause)
    await globus.calls.seen('auth', route, 1)
    await globus.close()
    expect(await answer).toBeInstanceOf(Error)
  })

  test('hold the answer until a test lets it go, and count each call meanwhile', async () => {
    let go = (): void => undefined
    globus.faults.set('auth', route, { kind: 'slow', until: new Promise<void>((resolve) => (go = resolve)) })
    const answers = Promise.all(Array.from({ length: 50 }, () => client.refresh(refreshToken)))
    await globus.calls.seen('auth', route, 50)
    expect(globus.calls.count('auth', route, ({ text }) => text.includes('grant_type=refresh_token'))).toBe(50)
    go()
    expect((await answers).every(({ status }) => status === 200)).toBe(true)
  })

  test('are of routes that exist, so that a misspelt one is found', () => {
    expect(() => globus.faults.set('auth', 'POST /oauth2/token', { kind: 'hang' })).toThrow('there is no route auth POST /oauth2/token')
    expect(() => globus.calls.count('groups', route)).toThrow('there is no route groups')
  })

  test('set the clock of the services off from ours, in what they say too', async () => {
    globus.clock.advance({ hours: -1 })
    const { headers } = await client.refresh(refreshToken)
    expect(Math.round((Date.now() - Date.parse(headers.get('date') ?? '')) / 60_000)).toBe(60)
    const { access_token: token } = tokenFor(await client.signIn(ada), ids.gateway)
    const { body } = await client.asGateway('/v2/oauth2/token/introspect', { token })
    expect(Math.round((Date.now() / 1000 - (body as { iat: number }).iat) / 60)).toBe(60)
  })
})
