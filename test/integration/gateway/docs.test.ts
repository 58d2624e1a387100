import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway, type GatewayUnderTest } from './gateway-fixture'

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

const get = (path: string): Promise<Response> => fetch(`${gateway.origin}${path}`)

/** What a page of ours names as a script, a style sheet or a description. */
async function filesOf(page: string): Promise<string[]> {
  const html = await (await get(page)).text()
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file).filter((file) => !file.startsWith('data:'))
}

describe.each(['', '/resource_server'])('the description of the gateway at %s', (door) => {
  it('is there for everybody', async () => {
    const answer = await get(`${door}/openapi.json`)
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await answer.json()).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' }, paths: { '/v1/chat/completions': {} } })
  })

  it('has a page whose files are all here', async () => {
    const files = await filesOf(`${door}/docs`)
    expect(files).toEqual(['/docs/swagger-ui.css', '/openapi.json', '/docs/swagger-ui-bundle.js', '/docs/start.js'])
    for (const file of files) {
      const answer = await get(file)
      expect([file, answer.status]).toEqual([file, 200])
      expect((await answer.text()).length).toBeGreaterThan(100)
    }
  })

  it('lets its page run and load nothing but these files', async () => {
    const answer = await get(`${door}/docs`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(await answer.text()).not.toMatch(/<script(?![^>]*src=)|https?:\/\/|\son\w+=/)
  })
})

describe('the page of the description', () => {
  it('asks no other server whether the description is right', async () => {
    expect(await (await get('/docs/start.js')).text()).toContain('validatorUrl: null')
  })

  it('serves nothing else of the package', async () => {
    for (const path of ['/docs/swagger-ui.js', '/docs/..%2fpackage.json', '/docs/index.html']) expect((await get(path)).status).toBe(404)
  })

  it('is refused to a page of another origin', async () => {
    const answer = await fetch(`${gateway.origin}/openapi.json`, { headers: { origin: 'https://elsewhere.example' } })
    expect(answer.status).toBe(403)
  })
})
