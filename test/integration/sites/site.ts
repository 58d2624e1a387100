import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { launchedDeployment, type LaunchedDeployment } from '@shared/config/deployment'
import type { ObservedReplica, ReplicaHost, StartRequest } from '@main/clusters/replica-host'
import { until } from '../../fixtures/until'

const engine = resolve('test/fixtures/scripted-engine.mjs')
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

export const never: AbortSignal = new AbortController().signal
export const replicaId = (): string => `fd-${Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')}`

/** A deployment whose engine does what these arguments say. */
export function deploymentOf(args: readonly string[] = [], more: Partial<LaunchedDeployment> = {}): LaunchedDeployment {
  return launchedDeployment.parse({ model: 'lab/scripted', framework: 'vllm', launch: `${process.execPath} ${engine} --host \${host} --port \${port} --model \${model}`, args: [...args], walltimeS: 600, resources: { cores: 1 }, ...more })
}

export const requestOf = (deployment: LaunchedDeployment, id = replicaId()): StartRequest => ({ id, deployment, key: `key-of-${id}` })

/** Looks at one replica until it is as is wanted; the last look is in the error otherwise. */
export async function seen(host: ReplicaHost, id: string, isAsWanted: (replica: ObservedReplica) => boolean): Promise<ObservedReplica> {
  let last: ObservedReplica | undefined
  await until('the replica is as it should be', async () => {
    last = (await host.observe(never)).find((replica) => replica.id === id)
    return last !== undefined && isAsWanted(last)
  }, { timeoutMs: 60_000, everyMs: 100 }).catch((cause: unknown) => {
    throw new Error(`Last seen: ${JSON.stringify(last)}`, { cause })
  })
  return last!
}

export const isUp = ({ baseUrl }: ObservedReplica): boolean => baseUrl !== undefined
export const isOver = ({ state }: ObservedReplica): boolean => state === 'ended'

/** What the engine at this address says when it is asked with a key. */
export async function ask(baseUrl: string, key: string): Promise<{ status: number; text: string }> {
  let answer = { status: 0, text: '' }
  await until('the engine answers', async () => {
    const response = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'lab/scripted', messages: [] }) })
    answer = { status: response.status, text: await response.text() }
    return true
  })
  return answer
}
