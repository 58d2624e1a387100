import { healthAnswer, listEndpointsAnswer, statusAnswer, whoamiAnswer } from '@shared/first/endpoints'
import { firstErrorBody, firstErrorCode, validationBody } from '@shared/first/errors'
import { jobsAnswer } from '@shared/first/jobs'
import { firstFields } from '@shared/first/known-fields'
import { modelsAnswer } from '@shared/first/models'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startFirstSite, type FirstSite } from '../../doubles/first-site/first-site'
import { requestSchemas } from '../../doubles/first-site/request-schemas'

const model = 'org/model'
let site: FirstSite

beforeEach(async () => {
  site = await startFirstSite({ clusters: [{ name: 'sophia', frameworks: { vllm: [model] }, freeNodes: 2, details: { [model]: { capabilities: { schema_version: 1, context_window_tokens: 4096 } } } }] })
})
afterEach(() => site.close())

const get = async (path: string, token = 'globus-token'): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${site.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, body: await answer.json() }
}
const post = async (endpoint: string, body: object, token = 'globus-token'): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${site.url}/sophia/vllm/v1/${endpoint}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() }
}
const hello = { model, messages: [{ role: 'user', content: 'hello' }] }
const codeOf = ({ body }: { body: unknown }): string => firstErrorCode.parse(firstErrorBody.parse(body).error.code)

describe('the double of a FIRST site', () => {
  test('answers each GET as the schemas of the wire have it', async () => {
    healthAnswer.parse((await get('/health')).body)
    whoamiAnswer.parse((await get('/whoami')).body)
    expect(statusAnswer.parse((await get('/status')).body)).toEqual({ sophia: true })
    expect(listEndpointsAnswer.parse((await get('/list-endpoints')).body).clusters.sophia?.frameworks.vllm?.models).toEqual([model])
    expect(jobsAnswer.parse((await get('/sophia/jobs')).body).running[0]).toMatchObject({ Models: model, 'Model Status': 'running' })
    expect(modelsAnswer.parse((await get(`/sophia/models?model_id=${model}`)).body)[0]?.capabilities?.context_window_tokens).toBe(4096)
  })

  test.each([
    ['chat/completions', hello],
    ['completions', { model, prompt: 'hello' }],
    ['embeddings', { model, input: 'hello' }],
    ['responses', { model, input: 'hello', something_new: 1 }],
    ['messages', { model, max_tokens: 5, messages: hello.messages, something_new: 1 }],
  ])('answers %s', async (endpoint, body) => {
    expect((await post(endpoint, body)).status).toBe(200)
  })

  test.each(['chat_completions', 'completions', 'embeddings'] as const)('knows for %s the fields that we hold for known', (operation) => {
    const schema = requestSchemas[operation === 'chat_completions' ? 'chat/completions' : operation]
    expect(Object.keys(schema.shape).sort()).toEqual([...(firstFields[operation] ?? [])].sort())
  })

  test('refuses what its schemas do not know, by name', async () => {
    const { status, body } = await post('chat/completions', { ...hello, chat_template_kwargs: {}, top_k: 3 })
    expect(status).toBe(422)
    expect(validationBody.parse(body).detail).toEqual(['chat_template_kwargs', 'top_k'].map((key) => ({ type: 'extra_forbidden', loc: ['body', 'payload', key], msg: 'Extra inputs are not permitted' })))
  })

  test('refuses content parts of a system message, as FIRST does', async () => {
    const { status } = await post('chat/completions', { model, messages: [{ role: 'system', content: [{ type: 'text', text: 'be brief' }] }] })
    expect(status).toBe(422)
  })

  test('says its errors by code', async () => {
    expect(codeOf(await get('/list-endpoints', 'another'))).toBe('unauthorized')
    expect(codeOf(await get('/nowhere/jobs'))).toBe('cluster_not_found')
    expect(codeOf(await get('/sophia/models?model_id=none'))).toBe('endpoint_not_found')
    expect(codeOf(await post('responses', { model, input: 'hello', stream: true }))).toBe('unsupported_endpoint')
    site.set({ statuses: { [`sophia ${model}`]: 'starting' } })
    expect(await post('chat/completions', hello)).toMatchObject({ status: 503, body: { error: { code: 'internal_endpoint_error' } } })
    site.set({ limit: { global_model_usage: 100_000, user_model_usage: 60_000 } })
    expect(await post('chat/completions', hello)).toMatchObject({ status: 429, body: { error: { info: { user_model_usage: 60_000 } } } })
    site.set({ maintenance: ['sophia'] })
    expect(codeOf(await post('chat/completions', hello))).toBe('cluster_under_maintenance')
    site.set({ isOld: true })
    expect(await get('/list-endpoints', 'another')).toEqual({ status: 401, body: { detail: 'Access token expired or revoked.' } })
  })
})
