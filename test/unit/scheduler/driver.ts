import type { HostCapacity } from '@main/clusters/replica-host'
import { advance, type News } from '@main/scheduler/life'
import { handleKey } from '@main/scheduler/orphans'
import { plan } from '@main/scheduler/plan'
import type { Policy } from '@main/scheduler/policy'
import { learnStart, type StartTimes } from '@main/scheduler/start-times'
import { deploymentKey, isActive, isOver, type StoredReplica } from '@main/scheduler/stored-replica'
import { takeObservation, type Observation } from '@main/scheduler/take-observation'
import { noDemand, type Action, type BatchDemand, type Demand, type Override } from '@main/scheduler/world'
import { launchedDeployment, type LaunchedDeployment } from '@shared/config/deployment'
import { nextReplicaStates } from '@shared/domain/replica'
import type { z } from 'zod'
import { createFakeSite, type FakeSite } from './fake-site'

export const deploymentOf = (given: Partial<z.input<typeof launchedDeployment>> = {}): LaunchedDeployment => launchedDeployment.parse({ model: 'm', framework: 'vllm', ...given })

/** How a start that was asked of the site ends for the one who asked. */
export type Outcome = 'told' | 'lost' | 'refused' | 'crash'

/** One cluster's scheduler in a test: it stores what `plan` says, and asks the site for it. Time moves only by `pass`. */
export interface Driver {
  nowMs: number
  readonly site: FakeSite
  readonly stored: Map<string, StoredReplica>
  readonly demand: Map<string, Demand>
  /** By id of the batch. */
  readonly batches: Map<string, BatchDemand>
  readonly inFlight: Map<string, number>
  overrides: Override[]
  observation: Observation | undefined
  /** What the site says that it has. */
  capacity: HostCapacity | undefined
  maxNodes: number | undefined
  pass(ms: number): void
  look(): Observation
  take(observation: Observation): void
  probe(isAnswered?: boolean): void
  plan(): Action[]
  /** Does what is planned; each start ends as `outcome` says. */
  act(outcome?: Outcome): Action[]
  /** What is in memory is lost; what runs for batches is theirs for a while. */
  crash(): void
  /** Looks, asks engines, and acts, `times` times with `stepMs` between. */
  settle(times: number, stepMs?: number): void
  active(model?: string): StoredReplica[]
}

export interface DriverOptions {
  readonly deployments: readonly LaunchedDeployment[]
  readonly maxNodes?: number | undefined
  readonly site?: FakeSite
  readonly policy?: Policy
  readonly maintenance?: { readonly fromMs: number; readonly toMs: number }
}

export function createDriver({ deployments, maxNodes, site = createFakeSite(), policy, maintenance }: DriverOptions): Driver {
  const startTimes = new Map<string, StartTimes>()
  const stopsAsked = new Map<string, number>()
  let bootedAtMs = 0
  let next = 0
  const terms = ({ model }: StoredReplica): { readonly startTimeoutMs: number } => ({ startTimeoutMs: (deployments.find((one) => one.model === model)?.ready.timeoutS ?? 3600) * 1000 })
  const keep = (replica: StoredReplica): void => {
    const before = driver.stored.get(replica.id)
    if (before !== undefined && before.state !== replica.state && !nextReplicaStates[before.state].includes(replica.state)) throw new Error(`${before.state} became ${replica.state}`)
    driver.stored.set(replica.id, replica)
    const key = deploymentKey(replica)
    const learned = before?.state !== 'live' && replica.state === 'live' ? learnStart(startTimes.get(key), replica) : undefined
    if (learned !== undefined) startTimes.set(key, learned)
  }
  const tell = (id: string, news: News): void => {
    const replica = driver.stored.get(id)
    if (replica !== undefined) keep(advance(replica, news, terms(replica)))
  }
  const perform = (action: Action, outcome: Outcome): void => {
    switch (action.kind) {
      case 'start': {
        const { id, model, framework } = action.replica
        keep(action.replica)
        const handle = outcome === 'refused' ? undefined : site.start(id, { model, framework })
        if (handle === undefined) tell(id, { kind: 'refused', atMs: driver.nowMs, reason: 'Invalid account.', isFinal: true })
        else if (outcome === 'told') tell(id, { kind: 'started', atMs: driver.nowMs, handle })
        else if (outcome === 'lost') tell(id, { kind: 'refused', atMs: driver.nowMs, reason: 'It did not answer.', isFinal: false })
        break
      }
      case 'drain':
        tell(action.replica.id, { kind: 'drained', atMs: driver.nowMs, reason: action.reason })
        break
      case 'stop':
        stopsAsked.set(handleKey(action.cluster, action.handle), driver.nowMs)
        if (outcome !== 'lost') site.stop(action.handle)
        tell(action.id, { kind: 'stopAsked', atMs: driver.nowMs })
        break
      case 'adopt':
        keep(action.replica)
        break
      case 'forget':
        driver.stored.delete(action.replica.id)
    }
  }
  const driver: Driver = {
    nowMs: 0,
    site,
    stored: new Map(),
    demand: new Map(),
    batches: new Map(),
    inFlight: new Map(),
    overrides: [],
    observation: undefined,
    capacity: undefined,
    maxNodes,
    pass: (ms) => void (driver.nowMs += ms),
    look: () => ({ atMs: driver.nowMs, replicas: site.look() }),
    take(observation) {
      driver.observation = observation
      for (const replica of takeObservation([...driver.stored.values()], observation, terms)) keep(replica)
    },
    probe(isAnswered) {
      for (const { id, baseUrl, state } of [...driver.stored.values()])
        if (baseUrl !== undefined && (state === 'starting' || state === 'live')) tell(id, { kind: 'probed', atMs: driver.nowMs, baseUrl, isReady: isAnswered ?? site.answers(baseUrl, driver.nowMs) })
    },
    plan: () =>
      plan(
        {
          nowMs: driver.nowMs, bootedAtMs, clusters: [{ name: 'lab', deployments, observation: driver.observation, capacity: driver.capacity, maxNodes: driver.maxNodes, isClosed: maintenance !== undefined && driver.nowMs >= maintenance.fromMs && driver.nowMs < maintenance.toMs }], stored: [...driver.stored.values()],
          demand: driver.demand, batches: [...driver.batches.values()], inFlight: driver.inFlight, overrides: driver.overrides, startTimes, busy: new Set(), stopsAsked,
        },
        { newId: () => `fd-${String(next++).padStart(12, '0')}`, ...(policy !== undefined && { policy }) },
      ),
    act(outcome = 'told') {
      const actions = driver.plan()
      for (const action of actions) {
        perform(action, outcome)
        if (outcome === 'crash') break
      }
      if (outcome === 'crash') driver.crash()
      return actions
    },
    crash() {
      driver.demand.clear()
      driver.batches.clear()
      // Whose batch goes on asks again; until then what runs for it is kept for as long as any.
      for (const { cluster, model, framework, batch, ...replica } of driver.stored.values())
        if (batch !== undefined && isActive(replica)) driver.batches.set(batch, { cluster, model, framework, batch, sinceMs: driver.nowMs, demand: { ...noDemand, lastRequestMs: driver.nowMs } })
      driver.inFlight.clear()
      stopsAsked.clear()
      driver.observation = undefined
      bootedAtMs = driver.nowMs
    },
    settle(times, stepMs = 10_000) {
      for (let round = 0; round < times; round += 1) {
        driver.pass(stepMs)
        driver.take(driver.look())
        driver.probe()
        driver.act()
      }
    },
    active: (model) => [...driver.stored.values()].filter((replica) => isActive(replica) && (model === undefined || replica.model === model)),
  }
  return driver
}

export const notOver = (driver: Driver): StoredReplica[] => [...driver.stored.values()].filter((replica) => !isOver(replica))
