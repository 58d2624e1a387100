import { fork, spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { Target } from './load'

export interface Running {
  readonly line: string
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** Starts a process and waits for the first line of its stdout that matches. */
async function untilReady(child: ChildProcess, pattern: RegExp): Promise<Running> {
  if (!child.stdout) throw new Error('the process has no stdout')
  const exited = new Promise<void>((done) => child.once('exit', () => done()))
  const line = await new Promise<string>((done, fail) => {
    if (child.stdout) createInterface(child.stdout).on('line', (text) => pattern.test(text) && done(text))
    child.once('exit', (code) => fail(new Error(`${child.spawnfile} ended with ${String(code)} before it was ready`)))
  })
  return {
    line,
    process: child,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** A script of `test/bench/processes` that prints `ready <port>`; it ends when this process does. */
export async function startProcess(script: string, env: Record<string, string>): Promise<Running & { port: number }> {
  const child = fork(resolve('test/bench/processes', script), { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const running = await untilReady(child, /^ready \d+$/)
  return { ...running, port: Number(running.line.split(' ')[1]) }
}

/** The headless product as it is built, on a free port. */
export async function startServe(dataDir: string, env: Record<string, string> = {}): Promise<Running & { origin: string; address: string }> {
  const child = spawn(process.execPath, [resolve('out/main/cli.js'), 'serve', '--port', '0', '--data-dir', dataDir], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
  const running = await untilReady(child, /ready at http/)
  const address = running.line.slice(running.line.indexOf('http'))
  return { ...running, address, origin: new URL(address).origin }
}

/** `@portkey-ai/gateway`, before the same engine; `BENCH_PEERS` is where it is installed. */
export async function startPeer(enginePort: number): Promise<{ readonly target: Target; stop(): Promise<void> }> {
  const place = process.env['BENCH_PEERS']
  if (place === undefined) throw new Error('npm run bench installs the gateway that ours is measured beside')
  const port = 20_000 + (process.pid % 10_000)
  const child = spawn(process.execPath, [resolve(place, 'node_modules/@portkey-ai/gateway/build/start-server.js'), '--headless', `--port=${port}`], { stdio: 'ignore' })
  const exited = new Promise<void>((done) => child.once('exit', () => done()))
  for (let tries = 0; !(await isTaken(port)); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error('@portkey-ai/gateway did not start')
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    target: { origin: `http://127.0.0.1:${port}`, headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${enginePort}/v1`, authorization: 'Bearer none' } },
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}
