import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { startOpenAiServer, type OpenAiServer } from '../../../doubles/openai-server/openai-server'
import { startGateway } from '../../gateway/gateway-fixture'
import { labAccess, startLab, type Lab } from './lab'
import { modelRules, signAllIn, table, tenPeople, tenRules } from './ten-people'

let globus: Globus
let server: OpenAiServer
let lab: Lab
let tokens: ReadonlyMap<string, string>

beforeAll(async () => {
  globus = await startGlobus({ world: tenPeople })
  server = await startOpenAiServer({ models: ['open-model', 'argonne-model', 'physics-model'] })
  lab = await startLab({ globus, access: labAccess(tenRules), clusters: [{ name: 'there', kind: 'direct', url: server.url, profile: 'other' }], rules: { models: modelRules } })
  tokens = signAllIn(globus)
})
afterAll(async () => {
  await lab.close()
  await server.close()
  await globus.close()
})

const tokenFor = (username: string): string => tokens.get(username) ?? ''
const chat = (model: string): object => ({ model, messages: [{ role: 'user', content: 'hello' }] })
const listed = async (answer: Response): Promise<string[]> => ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id).filter((id) => id.endsWith('-model')).sort()

describe.each(table)('at the gateway of a lab, %s', (username, expected) => {
  it('may use exactly what the order of checks gives', async () => {
    const token = tokenFor(username)
    if (expected instanceof RegExp) {
      for (const path of ['/resource_server/whoami', '/resource_server/list-endpoints', '/v1/models']) {
        const answer = await lab.as(token, path)
        expect(answer.status).toBe(401)
        expect(((await answer.json()) as { error: { message: string } }).error.message).toMatch(expected)
      }
      return
    }
    const { clusters } = (await (await lab.as(token, '/resource_server/list-endpoints')).json()) as { clusters: Record<string, { frameworks: Record<string, { models: string[] }> }> }
    expect(Object.values(clusters['there']?.frameworks ?? {}).flatMap(({ models }) => models)).toEqual(expected)
    for (const model of ['open-model', 'argonne-model', 'physics-model']) {
      const answer = await lab.as(token, '/resource_server/v1/chat/completions', chat(model))
      if (expected.includes(model)) expect(answer.status).toBe(200)
      else expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: 'access_denied', message: `Permission denied due to ${model === 'physics-model' ? 'Globus Group' : 'IdP domain'} restrictions.` } }])
    }
  })

  it('reaches the same through a gateway of their own', async () => {
    const desk = await startGateway({ clusters: [{ name: 'lab', kind: 'first', url: `${lab.origin}/resource_server`, token: '${secret:lab}' }], secrets: { '${secret:lab}': tokenFor(username) } })
    try {
      const models = await listed(await desk.get('/v1/models'))
      expect(models).toEqual(expected instanceof RegExp ? [] : expected)
      for (const model of models) expect((await desk.post('/v1/chat/completions', chat(model))).status).toBe(200)
    } finally {
      await desk.close()
    }
  })
})

it('requests of a caller stand in the records of the lab under their identity, and count for their limits', async () => {
  lab.setConfig({ access: { globus: labAccess(tenRules) }, limits: { requestsPerMinutePerKey: 2 } })
  const ask = (username: string): Promise<Response> => lab.as(tokenFor(username), '/v1/chat/completions', chat('open-model'))
  expect([(await ask('ada@anl.gov')).status, (await ask('ada@anl.gov')).status, (await ask('ada@anl.gov')).status, (await ask('bob@anl.gov')).status]).toEqual([200, 200, 429, 200])
  const identities = new Set(lab.outcomes.filter(({ errorCode }) => errorCode === 'too_many_requests').map(({ identity }) => identity))
  expect([...identities]).toEqual([((await (await lab.as(tokenFor('ada@anl.gov'), '/resource_server/whoami')).json()) as { id: string }).id])
})
