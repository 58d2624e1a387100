import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { computeScope, flowScope, groupsScopes, httpsScope, transferScope } from '../../doubles/globus/auth/own-scopes'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { siteIds, usualSite } from '../../doubles/globus/usual-site'
import { ids } from '../../doubles/globus/usual-world'
import { ada, createClient, redirectUri } from './globus-client'

const printed = z.object({ answers: z.record(z.string(), z.object({ status: z.number(), body: z.unknown() })), challenge: z.string(), isConsentRequired: z.boolean() })
const scopes = ['openid', 'profile', 'email', ids.gatewayScope, computeScope, groupsScopes.viewMine, transferScope, httpsScope(siteIds.staging), flowScope(siteIds.flow)]

let globus: Globus
let verifier: string
let sdk: z.infer<typeof printed>

beforeAll(async () => {
  globus = await startGlobus(usualSite)
  const client = createClient(globus)
  verifier = client.verifier
  const { path: folder } = await globus.stage(siteIds.staging, ids.ada)
  await writeFile(join(globus.folderOf(siteIds.staging), folder, 'a'), 'a')
  const given = {
    clientId: ids.nativeClient,
    code: await client.codeFor(ada, { scope: scopes.join(' ') }),
    verifier,
    redirectUri,
    gateway: Buffer.from(`${ids.gateway}:${ids.gatewaySecret}`).toString('base64'),
    gatewayServer: ids.gateway,
    endpoint: siteIds.endpoint,
    collection: siteIds.staging,
    collectionUrl: globus.url.collections[siteIds.staging],
    desk: siteIds.desk,
    folder,
    flow: siteIds.flow,
  }
  sdk = printed.parse(JSON.parse(await callWithSdk(globus.env, JSON.stringify(given))))
})
afterAll(() => globus.close())

/** In a process of its own, since the SDK reads the environment. */
function callWithSdk(env: Readonly<Record<string, string>>, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [fileURLToPath(new URL('./globus-sdk-caller.mjs', import.meta.url))], { env: { ...process.env, ...env }, timeout: 25_000 }, (problem, stdout, stderr) => {
      if (problem === null) resolve(stdout)
      else reject(new Error(stderr, { cause: problem }))
    })
    child.stdin?.end(input)
  })
}

describe("Globus' own SDK, with nothing but its environment variables", () => {
  test('makes the challenge that the double checks', () => {
    expect(sdk.challenge).toBe(createHash('sha256').update(verifier).digest('base64url'))
  })

  test.each([
    ['exchange', { token_type: 'Bearer', other_tokens: expect.any(Array) as unknown }],
    ['userinfo', { sub: ids.ada, preferred_username: 'ada@anl.gov' }],
    ['refresh', { resource_server: ids.gateway, expires_in: 172_800 }],
    ['introspect', { active: true, username: 'ada@anl.gov', aud: [ids.gateway] }],
    ['revoke', { active: false }],
    ['introspectRevoked', { active: false }],
    ['endpoints', [{ uuid: siteIds.endpoint, name: 'sophia-vllm' }]],
    ['endpointStatus', { status: 'online', details: { managers: 1 } }],
    ['groups', [{ id: ids.groups.users }, { id: ids.groups.physics }]],
    ['collection', { id: siteIds.staging, https_server: expect.stringContaining('http://127.0.0.1:') as string }],
    ['submissionId', { value: expect.any(String) as string }],
    ['task', { type: 'TRANSFER', files: 1 }],
    ['list', { DATA: expect.arrayContaining([expect.objectContaining({ name: 'a', type: 'file' })]) as unknown }],
    ['https', { n: 1 }],
  ])('%s', (name, body) => {
    expect(sdk.answers[name]).toMatchObject({ status: 200, body })
  })

  test('submits a transfer and runs a flow', () => {
    expect(sdk.answers.transfer).toMatchObject({ status: 202, body: { code: 'Accepted' } })
    expect(sdk.answers.flow).toMatchObject({ status: 201, body: { status: 'ACTIVE', label: 'fetch' } })
  })

  test('knows a consent that is missing for what it is', () => {
    expect([sdk.answers.consentRequired?.status, sdk.isConsentRequired]).toEqual([403, true])
  })

  test('was answered by the double, call by call', () => {
    expect(globus.calls.count('auth', 'POST /v2/oauth2/token')).toBe(2)
    expect(globus.calls.of('compute', 'GET /v2/endpoints')[0]?.headers['x-globus-client-info']).toContain('javascript-sdk')
  })
})
