import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ids } from '../../../doubles/globus/usual-world'
import { startDesk, type Desk } from './desk'

let desk: Desk
let path: string

beforeEach(async () => {
  desk = await startDesk()
  const folder = join(desk.home, '.globus', 'app', ids.nativeClient, 'inference_app')
  path = join(folder, 'tokens.json')
  await mkdir(folder, { recursive: true })
})
afterEach(async () => {
  await desk.close()
})

/** As globus-sdk-python 3 and 4 write it. */
async function writeTokens(version: '1.0' | '2.0' = '2.0'): Promise<string[]> {
  const answer = desk.globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: `openid profile email ${ids.gatewayScope}` })
  const all = [answer, ...answer.other_tokens]
  const tokens = Object.fromEntries(all.map((token) => [token.resource_server, { resource_server: token.resource_server, identity_id: ids.ada, scope: token.scope, access_token: token.access_token, refresh_token: token.refresh_token, expires_at_seconds: desk.globus.clock.nowS() + token.expires_in, token_type: 'Bearer' }]))
  await writeFile(path, JSON.stringify(version === '2.0' ? { data: { DEFAULT: tokens }, format_version: '2.0', 'globus-sdk.version': '4.1.0' } : { by_rs: tokens, format_version: '1.0' }))
  return all.flatMap(({ access_token: access, refresh_token: refresh }) => [access, refresh ?? ''])
}

describe('tokens of a site\'s own program', () => {
  test.each(['1.0', '2.0'] as const)('in format %s are offered without being shown, and taken when somebody says so', async (version) => {
    const values = await writeTokens(version)
    const offered = await desk.accounts.findTokens()
    expect(offered).toMatchObject([{ site: 'alcf', path, sub: ids.ada, isRenewed: true }])
    for (const value of values) expect(JSON.stringify(offered)).not.toContain(value)
    expect(desk.accounts.state().accounts).toEqual([])
    expect(await desk.accounts.importTokens(offered[0]!.id)).toMatchObject({ username: 'ada@anl.gov', isBorrowed: true })
    expect(values).toContain((await desk.accounts.token({ site: 'alcf' })).accessToken)
  })

  test('are never written, and live on when the account is signed out here', async () => {
    const values = await writeTokens()
    const [before, written] = [await readFile(path, 'utf8'), (await stat(path)).mtimeMs]
    const { id } = await desk.accounts.importTokens((await desk.accounts.findTokens())[0]!.id)
    desk.globus.clock.advance({ days: 3 })
    await desk.accounts.token({ site: 'alcf' })
    await desk.accounts.signOut(id)
    expect(await readFile(path, 'utf8')).toBe(before)
    expect((await stat(path)).mtimeMs).toBe(written)
    expect(values.some((value) => desk.globus.auth.tokens.useRefresh(value) !== undefined)).toBe(true)
  })

  test.each(['', 'nonsense', '{"data":{"DEFAULT":{"x":{"access_token":"Ag-planted-token"}}}}'])('that cannot be read are passed over, and not logged: %j', async (content) => {
    await writeFile(path, content)
    expect(await desk.accounts.findTokens()).toEqual([])
    expect(desk.log()).not.toContain('Ag-planted-token')
  })

  test('of which there are none are not missed', async () => {
    expect(await desk.accounts.findTokens()).toEqual([])
    await expect(desk.accounts.importTokens('gone')).rejects.toMatchObject({ code: 'not_found' })
  })
})
