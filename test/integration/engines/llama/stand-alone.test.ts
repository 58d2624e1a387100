import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, type BuiltApp } from '../../../fixtures/built-app'
import { type Running, startCli } from '../../../fixtures/cli-process'
import { freePort } from '../../../fixtures/free-port'
import { writeTinyGguf } from '../../../fixtures/gguf'
import { greeting } from './workbench'

const key = 'a-key-that-only-this-test-knows'
let app: BuiltApp
let folder: string
let file: string
let port: number
let engine: Running

beforeAll(async () => {
  app = await buildApp()
  folder = await mkdtemp(join(tmpdir(), 'llama-alone-'))
  file = join(folder, 'tiny.gguf')
  await writeTinyGguf(file, { says: greeting })
  port = await freePort()
  engine = start(['--port', String(port), '--model', 'org/tiny', '--context', '512', '--slots', '3'])
  await untilHealthy(engine)
})
afterAll(async () => {
  engine.kill('SIGTERM')
  await engine.ended
  await app.remove()
  await rm(folder, { recursive: true, force: true })
})

describe('first-desktop engine llama', () => {
  test('answers whole and streamed to its key, under the name it was given', async () => {
    const openai = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: key, maxRetries: 0 })
    const request = { model: 'org/tiny', messages: [{ role: 'user' as const, content: 'hi' }], temperature: 0 }
    const whole = await openai.chat.completions.create(request)
    expect(whole.choices[0]?.message.content).toBe('Hello 🙂, you')
    let streamed = ''
    for await (const chunk of await openai.chat.completions.create({ ...request, stream: true })) streamed += chunk.choices[0]?.delta.content ?? ''
    expect(streamed).toBe('Hello 🙂, you')
  })

  test('tells everyone that it is ready, and the rest only to those with the key', async () => {
    const health = await fetch(`http://127.0.0.1:${port}/health`)
    expect(await health.json()).toMatchObject({ status: 'ok', slots: 3, context_tokens: 512 })
    expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(401)
  })

  test('ends when it is told to, and leaves the port free', async () => {
    const other = await freePort()
    const second = start(['--port', String(other)])
    await untilHealthy(second, other)
    second.kill('SIGTERM')
    const { code, out, err } = await second.ended
    expect([code, out]).toEqual([0, ''])
    expect(err).toContain('model is loaded')
    await expect(fetch(`http://127.0.0.1:${other}/health`)).rejects.toThrow()
  })

  test('says what is wrong: no key, no file, a port that is taken', async () => {
    const keyless = await startCli(app, ['engine', 'llama', '--file', file, '--port', '0']).ended
    expect(keyless).toMatchObject({ code: 1 })
    expect(keyless.err).toContain('FIRST_ENGINE_KEY')
    const fileless = await startCli(app, ['engine', 'llama', '--file', join(folder, 'none.gguf'), '--port', '0'], { env: { FIRST_ENGINE_KEY: key } }).ended
    expect(fileless).toMatchObject({ code: 1 })
    expect(fileless.err).toContain('none.gguf')
    const taken = await start(['--port', String(port)]).ended
    expect(taken).toMatchObject({ code: 1 })
    expect(taken.err).toContain('EADDRINUSE')
  })
})

function start(args: readonly string[]): Running {
  return startCli(app, ['engine', 'llama', '--file', file, ...args], { env: { FIRST_ENGINE_KEY: key } })
}

async function untilHealthy(running: Running, at = port): Promise<void> {
  const isUp = (): Promise<boolean> => fetch(`http://127.0.0.1:${at}/health`).then((answer) => answer.ok, () => false)
  const isOver = running.ended.then(({ err }) => err)
  for (;;) {
    const failure = await Promise.race([isOver, isUp().then((up) => (up ? 'up' : undefined))])
    if (failure === 'up') return
    if (failure !== undefined) throw new Error(failure)
  }
}
