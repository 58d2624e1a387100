import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createNodeChildHost } from '@main/engines/child-host'
import type { ChildHost } from '@main/engines/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, createWorkbench, endless, isAlive, modelId, until, type Workbench } from './workbench'

const messages = [{ role: 'user' as const, content: 'go' }]

describe('the process of a model', () => {
  let bench: Workbench
  let file: string

  beforeAll(async () => {
    bench = await createWorkbench()
    file = await bench.model('endless.gguf', endless)
  })
  afterAll(() => bench.close())

  it('is gone after stop, in the middle of an answer too', async () => {
    const engine = await bench.start({ file })
    const stream = await clientOf(engine).chat.completions.create({ model: modelId, messages, stream: true })
    await stream[Symbol.asyncIterator]().next()
    await engine.stop()
    expect(isAlive(engine.pid!)).toBe(false)
    expect(await engine.exited).toMatchObject({ reason: 'stopped' })
  })

  it('reports its end when it is killed, with the last lines it printed', async () => {
    const engine = await bench.start({ file })
    process.kill(engine.pid!, 'SIGKILL')
    const exit = await engine.exited
    expect(exit.reason).toBe('crashed')
    expect(exit.logTail).toContain('slots')
    expect(Buffer.byteLength(exit.logTail)).toBeLessThanOrEqual(8192)
    expect(bench.logged).toContainEqual(expect.objectContaining({ level: 'error', message: 'model ended by itself' }))
    await engine.stop()
  })

  it('tells how far the weights are loaded, and never the key or a prompt in the log', async () => {
    const fractions: number[] = []
    const engine = await bench.start({ file }, { onProgress: (_options, fraction) => void fractions.push(fraction) })
    expect(fractions.length).toBeGreaterThan(1)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
    await clientOf(engine).chat.completions.create({ model: modelId, messages: [{ role: 'user', content: 'my secret' }], max_completion_tokens: 4 })
    process.kill(engine.pid!, 'SIGKILL')
    const everything = JSON.stringify([bench.logged, await engine.exited])
    expect(everything).not.toContain(engine.key)
    expect(everything).not.toContain('my secret')
  })

  it.each(['at once', 'when it first speaks'])('ends when its start is cancelled after the fork, by a host that can end it %s', async (when) => {
    const caller = new AbortController()
    const pids: (number | undefined)[] = []
    const host = createNodeChildHost({ buildDir: bench.buildDir })
    const childHost: ChildHost = {
      fork: (request) => {
        const child = host.fork(request)
        let hasSpoken = when === 'at once'
        child.onMessage(() => (hasSpoken = true))
        pids.push(child.pid)
        caller.abort()
        return {
          ...child,
          kill: () => {
            if (hasSpoken) child.kill()
          },
        }
      },
    }
    await expect(bench.start({ file }, { childHost }, caller.signal)).rejects.toMatchObject({ code: 'cancelled' })
    expect(isAlive(pids[0]!)).toBe(false)
  })

  it.each(['answers', 'loads'])('ends when its parent is killed while it %s', async (when) => {
    const script = join(bench.buildDir, `parent-${when}.js`)
    await writeFile(script, parentScript)
    const parent = spawn(process.execPath, [script, join(bench.buildDir, 'llama-child.js'), file, when], { stdio: ['ignore', 'pipe', 'inherit'] })
    const childPid = Number(await firstLine(parent))
    expect(isAlive(childPid)).toBe(true)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    await until(() => !isAlive(childPid))
  })
})

async function firstLine(parent: ChildProcess): Promise<string> {
  let text = ''
  for await (const part of parent.stdout!) {
    text += String(part)
    if (text.includes('\n')) return text
  }
  throw new Error('the parent ended')
}

/** Prints the child's id once it answers, or at once when it shall die loading; then waits to be killed. */
const parentScript = `
import { fork } from 'node:child_process'
const [module, file, when] = process.argv.slice(2)
const child = fork(module, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
child.on('message', (message) => {
  if (message.type === 'hello') {
    child.send({ type: 'load', key: 'k'.repeat(32), modelId: 'm', file, contextTokens: 1024, slots: 1, gpuLayers: 0, threads: 1 })
    if (when === 'loads') console.log(child.pid)
  }
  if (message.type === 'ready' && when === 'answers') console.log(child.pid)
})
setInterval(() => undefined, 1000)
`
