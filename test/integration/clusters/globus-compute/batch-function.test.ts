import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { globusComputeCluster } from '@shared/config/globus-compute'
import { batchSourceOf, callOf } from '@main/clusters/globus-compute/batch/batch-function'
import { readChunkAnswer } from '@main/clusters/globus-compute/batch/chunk-result'
import { readResult } from '@main/clusters/globus-compute/read-result'
import { createPython, type Python } from '../../../doubles/globus/compute/python'
import { startOpenAiServer, type OpenAiServer } from '../../../doubles/openai-server/openai-server'
import { endpoint } from './compute-cluster'

let dir = ''
let python: Python
let server: OpenAiServer
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fd-function-'))
  python = createPython({ scratch: dir, timeLimitS: 20 })
  server = await startOpenAiServer({ models: ['m'] })
})
beforeEach(() => server.behave({ kind: 'answer', text: 'hello' }))
afterAll(async () => {
  await python.close()
  await server.close()
  await rm(dir, { recursive: true, force: true })
})

const modelOf = (model: object) => globusComputeCluster.parse({ name: 'sophia', kind: 'globus-compute', endpoint, site: 'alcf', models: [{ model: 'm', ...model }] }).models[0]!
const linesOf = (count: number) => Array.from({ length: count }, (_, index) => ({ custom_id: `${index}:q`, body: { model: 'm', messages: [{ role: 'user', content: `question ${index}` }] } }))

/** Has `python3` run the function, as a worker of an endpoint would. */
async function run(model: object, lines: readonly object[], limits: object = {}) {
  const parsed = modelOf(model)
  const parameters = { ...callOf(parsed), openai_endpoint: 'chat/completions', lines, at_once: 2, task_s: 60, timeout_s: 10, limit_bytes: 100_000, ...limits }
  const outcome = await python.run({ source: batchSourceOf(parsed)!, name: 'first_desktop_batch', args: JSON.stringify([parameters]), kwargs: '{}', forms: ['json'] }, {})
  return readChunkAnswer(readResult('result' in outcome ? outcome.result : outcome.exception))
}
const idsOf = ({ results }: Awaited<ReturnType<typeof run>>): string[] => results.map(({ custom_id: id }) => id).sort()

describe('the function that does a batch', () => {
  it('brings each answer with the id of its request', async () => {
    const answer = await run({ url: server.url }, linesOf(5))
    expect(idsOf(answer)).toEqual(['0:q', '1:q', '2:q', '3:q', '4:q'])
    expect(answer.results[0]).toMatchObject({ response: { status_code: 200, body: { choices: [{ message: { content: 'hello' } }] } }, error: null })
  })

  it('begins nothing when its time is over', async () => {
    expect(await run({ url: server.url }, linesOf(3), { task_s: -1 })).toEqual({ results: [], problem: null })
  })

  it('brings what it has room for', async () => {
    const { length } = JSON.stringify((await run({ url: server.url }, linesOf(1))).results[0])
    const some = await run({ url: server.url }, linesOf(6), { at_once: 1, limit_bytes: length * 3 })
    expect(some.results.length).toBeGreaterThanOrEqual(1)
    expect(some.results.length).toBeLessThan(6)
  })

  it('says of an answer that no result has room for that it is too large', async () => {
    server.behave({ kind: 'answer', text: 'x'.repeat(5_000) })
    const answer = await run({ url: server.url }, linesOf(1), { limit_bytes: 2_000 })
    expect(answer.results).toMatchObject([{ custom_id: '0:q', response: null, error: { code: 'upstream_error' } }])
  })

  it('keeps what is wrong with a request, and leaves out what is wrong with the server', async () => {
    server.behave(({ messages }) => ({ kind: 'status', status: JSON.stringify(messages).includes('question 0') ? 400 : 503 }))
    const answer = await run({ url: server.url }, linesOf(2))
    expect(answer.results).toMatchObject([{ custom_id: '0:q', response: { status_code: 400 } }])
    expect(answer.problem).toContain('503')
  })

  it('says why no server answers', async () => {
    expect((await run({ url: 'http://127.0.0.1:1/v1' }, linesOf(1))).problem).toContain('refused')
  })

  it('gives the model’s own function what FIRST’s get', async () => {
    const source = 'def own(parameters):\n    return {"asked": parameters}\n'
    const [only] = (await run({ function: { source }, port: 8001 }, linesOf(1))).results
    expect(only).toMatchObject({ response: { body: { asked: { model_params: { model: 'm', openai_endpoint: 'chat/completions', api_port: 8001 } } } } })
  })

  it('leaves out what that function fails at', async () => {
    const source = 'def own(parameters):\n    if "question 1" in str(parameters):\n        raise ValueError("no such GPU")\n    return "{}"\n'
    const answer = await run({ function: { source } }, linesOf(2))
    expect([idsOf(answer), answer.problem]).toEqual([['0:q'], 'ValueError: no such GPU'])
  })
})
