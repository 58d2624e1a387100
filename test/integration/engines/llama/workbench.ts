import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNodeChildHost } from '@main/engines/child-host'
import type { RunningEngine } from '@main/engines/engine'
import { createLlamaEngine, type LlamaEngineDeps } from '@main/engines/llama/llama-engine'
import type { LlamaOptions } from '@main/engines/llama/options'
import OpenAI from 'openai'
import { buildLlamaChild } from '../../../fixtures/bundle-module'
import { type TinyGgufOptions, writeTinyGguf } from '../../../fixtures/gguf'

export const modelId = 'tiny/test-model'
export const never: AbortSignal = new AbortController().signal
const plentyBytes = 2 ** 34

/** Says `Hello 🙂, you` and ends; the emoji is four tokens of a byte each. */
export const greeting = ['Hello', ' ', '<0xF0>', '<0x9F>', '<0x99>', '<0x82>', ',', ' you']
/** Never ends by itself, and is not done before a test has acted: two hundred thousand tokens. */
export const endless: TinyGgufOptions = { says: ['on', ' and', ' '], forever: true, contextTokens: 200_000 }

export interface Workbench {
  readonly dir: string
  readonly buildDir: string
  readonly logged: { readonly level: string; readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[]
  model(name: string, options?: TinyGgufOptions): Promise<string>
  /** Starts an engine that is stopped with the workbench, whatever happens. */
  start(options: Omit<LlamaOptions, 'modelId'>, deps?: Partial<LlamaEngineDeps>, signal?: AbortSignal): Promise<RunningEngine>
  close(): Promise<void>
}

export async function createWorkbench(): Promise<Workbench> {
  const dir = await mkdtemp(join(tmpdir(), 'llama-engine-'))
  const build = await buildLlamaChild()
  const running: RunningEngine[] = []
  const logged: Workbench['logged'] = []
  const logger = recordingLogger(logged)
  return {
    dir,
    buildDir: build.buildDir,
    logged,
    model: async (name, options = {}) => {
      const path = join(dir, name)
      await writeTinyGguf(path, options)
      return path
    },
    start: async (options, deps = {}, signal = never) => {
      const childHost = createNodeChildHost({ buildDir: build.buildDir })
      const engine = createLlamaEngine({ childHost, logger, freeMemoryBytes: () => plentyBytes, ...deps })
      const started = await engine.start({ modelId, ...options }, signal)
      running.push(started)
      return started
    },
    close: async () => {
      await Promise.all(running.map((engine) => engine.stop()))
      await build.remove()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export function recordingLogger(logged: Workbench['logged']): LlamaEngineDeps['logger'] {
  const at =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void =>
      void logged.push({ level, fields, message })
  const logger: LlamaEngineDeps['logger'] = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => logger }
  return logger
}

export function clientOf(engine: RunningEngine, apiKey = engine.key): OpenAI {
  return new OpenAI({ baseURL: `${engine.origin}/v1`, apiKey, maxRetries: 0 })
}

export async function health(engine: RunningEngine): Promise<{ slots: number; slots_busy: number; queued: number }> {
  const response = await fetch(`${engine.origin}/health`, { headers: { authorization: `Bearer ${engine.key}` } })
  return (await response.json()) as { slots: number; slots_busy: number; queued: number }
}

/** Asks again until it is so; the test's own time limit ends a wait in vain. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

/** A process that has ended and only waits for its new parent to notice is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Posts a body as it is; for what a well-behaved client would not send. */
export async function post(engine: RunningEngine, body: string | object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${engine.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${engine.key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}
