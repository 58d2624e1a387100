import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { launchedDeployment, type LaunchedDeployment } from '@shared/config/deployment'
import type { ObservedReplica, ReplicaHost } from '@main/clusters/replica-host'
import type { ProcessHostDeps } from '@main/clusters/local/processes/context'
import { createProcessHost } from '@main/clusters/local/processes/process-host'
import { createProcessTable } from '@main/clusters/local/processes/process-table'
import { startSupervisor } from '@main/engines/supervisor/supervisor'
import { createKeptLog } from '../../../fixtures/silent-logger'

export const scriptedEngine = resolve(import.meta.dirname, '../../../fixtures/scripted-engine.mjs')
export const never: AbortSignal = new AbortController().signal
const gigabyte = 2 ** 30

export interface Workbench {
  readonly dataDir: string
  readonly host: ReplicaHost
  /** Another on the same data directory, as after a restart. */
  another(deps?: Partial<ProcessHostDeps>): ReplicaHost
  /** Starts the scripted engine with these arguments; the handle. */
  start(id: string, args?: string, fields?: object): Promise<string>
  replica(id: string): Promise<ObservedReplica>
  /** Resolves when `observe` says so of it. */
  until(id: string, state: ObservedReplica['state']): Promise<ObservedReplica>
  /** Ends what still runs. */
  close(): Promise<void>
}

export function scripted(args = '', fields: object = {}): LaunchedDeployment {
  return launchedDeployment.parse({ model: 'org/scripted', framework: 'api', launch: `'${process.execPath}' '${scriptedEngine}' --host \${host} --port \${port} ${args}`, ...fields })
}

export function depsOn(dataDir: string): ProcessHostDeps {
  return {
    dataDir,
    env: { PATH: process.env['PATH'], HOME: dataDir },
    logger: createKeptLog().logger,
    now: () => Date.now(),
    random: () => Math.random(),
    pause: (ms) => pause(ms),
    memory: { freeBytes: () => 8 * gigabyte, totalBytes: () => 16 * gigabyte },
    startSupervisor,
    processes: createProcessTable(),
  }
}

export async function createWorkbench(deps: Partial<ProcessHostDeps> = {}): Promise<Workbench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'first-replicas-'))
  const another = (more: Partial<ProcessHostDeps> = {}): ReplicaHost => createProcessHost({ ...depsOn(dataDir), ...deps, ...more })
  const host = another()
  const replica = async (id: string): Promise<ObservedReplica> => {
    const found = (await host.observe(never)).find((each) => each.id === id)
    if (found === undefined) throw new Error(`nothing is known of ${id}`)
    return found
  }
  return {
    dataDir,
    host,
    another,
    start: (id, args, fields) => host.start({ id, deployment: scripted(args, fields), key: 'the-key-of-this-replica' }, never),
    replica,
    async until(id, state) {
      for (;;) {
        const found = await replica(id)
        if (found.state === state) return found
        await pause(20)
      }
    },
    async close() {
      await host.close()
      for (const { handle } of await host.observe(never)) await host.stop(handle, { graceS: 0 }, never)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Resolves when the engine says that it is ready. */
export async function untilReady({ baseUrl = '' }: ObservedReplica): Promise<void> {
  const ask = async (): Promise<boolean> => {
    const answer = await fetch(new URL('/health', baseUrl))
    await answer.text()
    return answer.ok
  }
  while (!(await ask().catch(() => false))) await pause(20)
}

/** Lines of a log, once there is one that fits. */
export async function untilPrinted(host: ReplicaHost, id: string, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(await host.logTail(id, never))
    if (found) return found
    await pause(20)
  }
}

/** One of which only its exit code is left is not. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await createProcessTable().startOf(pid)) !== undefined
}

export async function aliveOf(pids: readonly number[]): Promise<readonly number[]> {
  const alive = await Promise.all(pids.map(isAlive))
  return pids.filter((_, index) => alive[index])
}
