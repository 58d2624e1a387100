import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent } from 'undici'
import { globusComputeCluster } from '@shared/config/globus-compute'
import { errorOfReason } from '@shared/globus/reason-error'
import type { AuthReason } from '@shared/globus/auth-reason'
import type { ClusterAdapter, Lease } from '@main/clusters/cluster-adapter'
import { createGlobusComputeAdapter } from '@main/clusters/globus-compute/globus-compute-adapter'
import { createPace } from '@main/clusters/globus-compute/pace'
import { createTaskLedger } from '@main/clusters/globus-compute/task-ledger'
import { realTimers, type Timers } from '@main/clusters/local/timers'
import { computeScope } from '../../../doubles/globus/auth/own-scopes'
import type { ComputeEndpoint } from '../../../doubles/globus/compute/endpoints'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import { createMemoryRefusedFields } from '../../../fixtures/refused-fields'

export const endpoint = 'e0e0e0e0-0000-4000-8000-000000000001'
export const forever: AbortSignal = new AbortController().signal
export const deployment = { cluster: 'sophia', model: 'm', framework: 'vllm' } as const

export interface ComputeCluster {
  readonly globus: Globus
  readonly adapter: ClusterAdapter
  /** Where it keeps what it must. */
  readonly dir: string
  /** Reasons for which a token was refused. */
  readonly refusals: AuthReason[]
  /** How often it was told that a token was taken. */
  readonly accepted: number
  /** Another adapter in its place, as after a restart of the app. */
  restart(): Promise<void>
  /** As after a crash: what is on the disk now is all that the next start has. */
  crash(): Promise<void>
  close(): Promise<void>
}

/** Answers with its last message, or does what the message says. */
const echo = `import json
import sys

def echo(parameters):
    params = parameters["model_params"]
    text = params["messages"][-1]["content"]
    if text == "raise":
        raise ValueError("no such GPU")
    if text == "object":
        return {"choices": [{"message": {"role": "assistant", "content": "as it is"}}], "score": float("nan")}
    if text == "number":
        return 7
    return json.dumps({"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}], "asked": params})
`

export interface ComputeClusterOptions {
  readonly endpoint?: Partial<ComputeEndpoint>
  readonly config?: object
  readonly models?: readonly object[]
  readonly tokens?: readonly string[]
  readonly timers?: Timers
  readonly hasResultQueues?: boolean
}

const hourlyPolicy = { id: ids.policy, name: 'Signed in within the hour', maxAgeS: 3600 }

/** An endpoint at the double, reached by an adapter with Ada's token; `tokens` come before hers. */
export async function startComputeCluster({ endpoint: change, config, models, tokens: first = [], timers = realTimers, hasResultQueues = false }: ComputeClusterOptions = {}): Promise<ComputeCluster> {
  const globus = await startGlobus({ world: { policies: [hourlyPolicy] }, endpoints: [{ id: endpoint, name: 'sophia', owner: ids.ada, ...change }], hasResultQueues })
  const { access_token: good } = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: computeScope })
  const tokens = [...first, good]
  const refusals: AuthReason[] = []
  let accepted = 0
  const agent = new Agent()
  const dir = await mkdtemp(join(tmpdir(), 'fd-compute-'))
  const parsed = globusComputeCluster.parse({ name: 'sophia', kind: 'globus-compute', endpoint, site: 'alcf', pollS: 0.1, models: models ?? [{ model: 'm', function: { source: echo } }], ...config })
  const makeAdapter = (): ClusterAdapter =>
    createGlobusComputeAdapter(parsed, {
      agent,
      computeUrl: globus.url.compute,
      tokens: {
        token: () => Promise.resolve(tokens[0] ?? good),
        refused(_token, reason) {
          if (reason !== undefined) refusals.push(reason)
          if (tokens.length > 1) tokens.shift()
          return reason?.mayRenew === true
        },
        accepted: () => void (accepted += 1),
        site: { demands: () => ({ title: 'ALCF', policies: [], domains: [] }), error: (reason) => errorOfReason(reason, 'alcf') },
      },
      pace: createPace(timers),
      ledger: createTaskLedger({ path: join(dir, 'sophia.json'), now: () => timers.now(), logger: { warn: () => undefined } }),
      batchFolder: join(dir, 'batches'),
      refusedFields: createMemoryRefusedFields(),
      timers,
    })
  let adapter = makeAdapter()
  return {
    globus,
    dir,
    get adapter() {
      return adapter
    },
    refusals,
    get accepted() {
      return accepted
    },
    async restart() {
      await adapter.close()
      adapter = makeAdapter()
    },
    async crash() {
      const left = await mkdtemp(join(tmpdir(), 'fd-compute-'))
      await cp(dir, left, { recursive: true })
      await adapter.close()
      await rm(dir, { recursive: true })
      await cp(left, dir, { recursive: true })
      await rm(left, { recursive: true })
      adapter = makeAdapter()
    },
    async close() {
      await adapter.close()
      await agent.destroy()
      await globus.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** One message to the model; @returns the status and the body, parsed, and what the lease's profile makes of an error. */
export async function say(lease: Lease, content: string, more: object = {}, signal: AbortSignal = forever) {
  const response = await fetch(`${lease.baseUrl}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', ...lease.headers }, body: JSON.stringify({ model: lease.model, messages: [{ role: 'user', content }], ...more }), signal })
  const text = await response.text()
  return { status: response.status, text, body: response.ok ? (JSON.parse(text) as unknown) : undefined, error: lease.profile?.readError?.({ status: response.status, body: text }, lease.model)?.error }
}
