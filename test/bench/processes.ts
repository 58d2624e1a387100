import { fork, spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

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
