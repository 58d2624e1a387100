import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp, type BuiltApp } from '../../../fixtures/built-app'
import { writeTinyGguf } from '../../../fixtures/gguf'
import { createWorkbench, never, untilReady, type Workbench } from './workbench'

const key = 'the-key-of-this-replica'
let app: BuiltApp
let bench: Workbench
beforeAll(async () => {
  app = await buildApp()
  bench = await createWorkbench({ ownProgram: [process.execPath, app.cli] })
})
afterAll(async () => {
  await bench.close()
  await app.remove()
})

describe('the template llama', () => {
  it('starts our own engine from where the app is, answers from the model, and ends with it', async () => {
    const file = join(bench.dataDir, 'a model.gguf')
    await writeTinyGguf(file, { says: ['on', 'e', '.'] })
    const handle = await bench.start('fd-llama', '', { launch: undefined, template: 'llama', file, requestsPerReplica: 2, contextTokens: 256 })
    const replica = await bench.replica('fd-llama')
    await untilReady(replica)
    const ask = { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify({ model: 'org/scripted', messages: [{ role: 'user', content: 'hi' }], temperature: 0 }) }
    expect(await (await fetch(`${replica.baseUrl!}/chat/completions`, ask)).json()).toMatchObject({ choices: [{ message: { content: 'one.' } }] })
    await bench.host.stop(handle, { graceS: 20 }, never)
    expect(await bench.replica('fd-llama')).toMatchObject({ state: 'ended', exitCode: 0, reason: 'It was stopped.' })
  })

  it('says why a model cannot be loaded', async () => {
    await bench.start('fd-none', '', { launch: undefined, template: 'llama', file: '/no/such/model.gguf' })
    expect((await bench.until('fd-none', 'ended')).reason).toContain('/no/such/model.gguf')
  })
})
