import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createNodeChildHost } from '@main/engines/child-host'
import type { ChildHost } from '@main/engines/engine'
import { createLlamaEngine } from '@main/engines/llama/llama-engine'
import { buildLlamaChild, type ModuleBuild } from '../../fixtures/bundle-module'
import { writeTinyGguf } from '../../fixtures/gguf'
import { quietLogger, startGateway, type GatewayUnderTest } from './gateway-fixture'

const messages = [{ role: 'user' as const, content: 'hello' }]

describe('GGUF models behind the gateway', () => {
  let dir: string
  let build: ModuleBuild
  let gateway: GatewayUnderTest
  /** The child that was started last. */
  let killChild = (): void => undefined
  let childEnded: Promise<unknown>

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gateway-gguf-'))
    build = await buildLlamaChild()
    const file = (name: string): string => join(dir, name)
    await writeTinyGguf(file('good.gguf'), { says: ['Hello', ',', ' you'] })
    await writeTinyGguf(file('endless.gguf'), { says: ['on', ' and', ' '], forever: true, contextTokens: 200_000 })
    await writeFile(file('torn.gguf'), (await readFile(file('good.gguf'))).subarray(0, 200_000))
    const realHost = createNodeChildHost({ buildDir: build.buildDir })
    const childHost: ChildHost = {
      fork: (request) => {
        const child = realHost.fork(request)
        killChild = () => child.kill()
        childEnded = new Promise((resolve) => child.onExit(resolve))
        return child
      },
    }
    const engine = createLlamaEngine({ childHost, logger: quietLogger, freeMemoryBytes: () => 2 ** 34 })
    const deployments = ['good', 'endless', 'torn', 'gone'].map((model) => ({ model, framework: 'llama', file: file(`${model}.gguf`), contextTokens: 8192 }))
    gateway = await startGateway({ clusters: [{ name: 'here', kind: 'local', deployments }], engines: { llama: engine } })
  })
  afterAll(async () => {
    await gateway.close()
    await build.remove()
    await rm(dir, { recursive: true, force: true })
  })

  it('start at the first request, which waits for it', async () => {
    expect(gateway.directory.candidates('good')).toMatchObject([{ info: { status: 'offline' } }])
    const answer = await gateway.client().chat.completions.create({ model: 'good', messages, temperature: 0 })
    expect(answer.choices[0]?.message.content).toBe('Hello, you')
    await gateway.directory.refresh()
    expect(gateway.directory.candidates('good')).toMatchObject([{ info: { status: 'live' } }])
  })

  it.each([
    ['torn', 'model_file_invalid'],
    ['gone', 'model_file_invalid'],
  ])('say what is wrong with a file that is %s', async (model, code) => {
    await expect(gateway.client().chat.completions.create({ model, messages })).rejects.toMatchObject({ code, message: expect.stringContaining(`${model}.gguf`) as string })
    await gateway.directory.refresh()
    expect(gateway.directory.candidates(model)).toMatchObject([{ info: { status: 'failed', reason: expect.stringContaining(`${model}.gguf`) as string } }])
  })

  it('that die in the middle of an answer end it with an error, and serve the next request, however soon it comes', async () => {
    const ask = (): Promise<Response> => gateway.post('/v1/chat/completions', { model: 'endless', messages, stream: true })
    const reader = (await ask()).body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = (await reader.read()).value ?? ''
    killChild()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value
    expect(text).toMatch(/data: \{"error":.*"code":"upstream_error"\}\}\n\n$/)
    const again = (await ask()).body!.getReader()
    expect((await again.read()).done).toBe(false)
    await again.cancel()
  })

  it('that are removed from the configuration end the answer they are in, and then their process', async () => {
    const answer = await gateway.post('/v1/chat/completions', { model: 'endless', messages, stream: true, max_tokens: 4000 })
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = (await reader.read()).value ?? ''
    gateway.setClusters([])
    await expect(gateway.client().chat.completions.create({ model: 'endless', messages })).rejects.toMatchObject({ code: 'model_not_found' })
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value
    expect(text).toMatch(/"finish_reason":"length".*data: \[DONE\]\n\n$/s)
    await childEnded
  })
})
