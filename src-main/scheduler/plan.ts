import { drainLeadMs, endsAtMs } from './ending'
import { advance } from './life'
import { findOrphans, handleKey, type Orphan } from './orphans'
import { defaultPolicy, type Policy } from './policy'
import { surveyPools } from './pools'
import { roomIn, roomOf } from './room'
import { fits, plus, share, type Room } from './share'
import { deploymentKey, isLive, isOver, poolKey, type StoredReplica } from './stored-replica'
import type { Survey } from './survey'
import { leastUseful } from './victims'
import type { Action, ClusterView, World } from './world'

export interface PlanDeps {
  /** `fd-` and twelve letters and digits, never the same twice. */
  readonly newId: () => string
  readonly policy?: Policy
}

/**
 * What to do so that the world comes nearer to what is desired. Idempotent: what is under way, or was done and stored, is not asked for again.
 * A cluster that cannot be asked is left as it is.
 */
export function plan(world: World, { newId, policy = defaultPolicy }: PlanDeps): Action[] {
  return world.clusters.flatMap((cluster) =>
    cluster.observation === undefined || world.nowMs - cluster.observation.atMs > policy.staleMs ? [] : planCluster(world, cluster, newId, policy))
}

function planCluster(world: World, cluster: ClusterView, newId: () => string, policy: Policy): Action[] {
  const stored = world.stored.filter((replica) => replica.cluster === cluster.name)
  const byKey = new Map<string, StoredReplica[]>()
  for (const replica of stored) {
    const key = deploymentKey(replica)
    const known = byKey.get(key)
    if (known === undefined) byKey.set(key, [replica])
    else known.push(replica)
  }
  const surveys = cluster.deployments.flatMap((deployment) => surveyPools(world, cluster, deployment, byKey.get(deploymentKey({ cluster: cluster.name, ...deployment })) ?? [], policy))
  const room = roomIn(cluster, surveys.reduce<Room>((sum, { claim }) => plus(sum, claim.unit, claim.held), {}))
  const granted = share(surveys.map(({ claim }) => claim), room)
  const grantOf = ({ key }: Survey): number => granted.get(key) ?? 0
  const orphans = findOrphans(cluster, new Map(stored.map((replica) => [replica.id, replica])))

  const adopted = adopt(orphans, stored, surveys, grantOf, cluster, world.nowMs)
  const drains = [...surveys.flatMap((one) => drain(one, grantOf(one), world, policy)), ...unknown(stored, cluster)]
  const rest = orphans.filter(({ seen }) => !adopted.some(({ replica }) => replica.id === seen.id))
  return [
    ...adopted,
    ...drains,
    ...stops(stored, surveys, rest, world, policy, cluster.name),
    ...starts({ surveys, grantOf, adopted, leftOver: rest.map((orphan) => keyOf(orphan, cluster.name)), leaving: new Set(drains.map(({ replica }) => replica.id)), used: usedRoom(stored, orphans, cluster), room, world, cluster, newId, policy }),
    ...forget(stored, surveys, cluster, world.nowMs, policy),
  ]
}

/** What is taken now, by what is ours and by what is there all the same. */
function usedRoom(stored: readonly StoredReplica[], orphans: readonly Orphan[], cluster: ClusterView): Room {
  const units = new Map(cluster.deployments.map((deployment) => [deploymentKey({ cluster: cluster.name, ...deployment }), roomOf(deployment, cluster)]))
  const seenRoom = (nodes: readonly string[] | undefined, gpus: readonly number[] | undefined): Room => ({ nodes: Math.max(1, nodes?.length ?? 1), gpus: gpus?.length ?? 0 })
  const own = stored.filter((replica) => !isOver(replica)).map((replica) => units.get(deploymentKey(replica)) ?? seenRoom(replica.nodes, replica.gpus))
  const others = orphans.map((orphan) => units.get(keyOf(orphan, cluster.name) ?? '') ?? seenRoom(orphan.seen.nodes, orphan.seen.gpus))
  return [...own, ...others].reduce<Room>((sum, unit) => plus(sum, unit, 1), {})
}

/** Of the deployment it was started for, where that is known. */
function keyOf({ seen, stored }: Orphan, cluster: string): string | undefined {
  if (stored !== undefined) return deploymentKey(stored)
  return seen.deployment === undefined ? undefined : deploymentKey({ cluster, ...seen.deployment })
}

type Adoption = Extract<Action, { kind: 'adopt' }>
type Drain = Extract<Action, { kind: 'drain' }>

/** Of what nobody remembers, what its deployment wants anyway. */
function adopt(orphans: readonly Orphan[], stored: readonly StoredReplica[], surveys: readonly Survey[], grantOf: (one: Survey) => number, { name, deployments, observation }: ClusterView, nowMs: number): Adoption[] {
  const adopted: Adoption[] = []
  for (const { seen, stored: row } of orphans) {
    if (row !== undefined || seen.deployment === undefined || adopted.some(({ replica }) => replica.id === seen.id)) continue
    const key = deploymentKey({ cluster: name, ...seen.deployment })
    const one = surveys.find((candidate) => candidate.key === key)
    const most = deployments.find((deployment) => deploymentKey({ cluster: name, ...deployment }) === key)?.replicas.max
    if (one === undefined || most === undefined) continue
    const ofBatches = stored.filter((replica) => replica.batch !== undefined && !isOver(replica) && deploymentKey(replica) === key).length
    const taken = one.present.length + adopted.filter(({ replica }) => deploymentKey(replica) === key).length
    if (taken >= Math.min(most - ofBatches, one.deployment.replicas.max, grantOf(one), Math.max(one.desire.wanted, 0))) continue
    const bare: StoredReplica = { id: seen.id, cluster: name, ...seen.deployment, state: 'requested', sinceMs: nowMs, requestedAtMs: seen.startedAtMs ?? nowMs, attempt: 1 }
    const atMs = observation?.atMs ?? nowMs
    adopted.push({ kind: 'adopt', replica: advance(bare, { kind: 'observed', atMs, replica: seen }, { startTimeoutMs: one.deployment.ready.timeoutS * 1000 }) })
  }
  return adopted
}

function drain({ batch, deployment, desire, fresh, ending, kept }: Survey, grant: number, { nowMs, inFlight }: World, policy: Policy): Drain[] {
  const because = (reason: string) => (replica: StoredReplica): Drain => ({ kind: 'drain', replica, reason })
  if (desire.isOff !== undefined) return [...fresh, ...ending].map(because('An admin has stopped it.'))
  const isOut = (replica: StoredReplica): boolean => {
    const endMs = endsAtMs(replica, deployment)
    return nowMs >= endMs - drainLeadMs(replica, endMs, policy)
  }
  const out = ending.filter(isOut)
  const replaced = leastUseful(ending.filter((replica) => !isOut(replica)), ending.length - out.length - Math.min(kept, Math.max(0, grant)), inFlight, fresh.some(isLive))
  const tooMany = fresh.length - Math.min(desire.wanted, grant)
  // A batch always has requests there: what it gives up for people it gives up with them on their way, and they are let finish.
  const surplus = batch === undefined ? leastUseful(fresh, tooMany, inFlight) : fresh.slice(0, Math.max(0, tooMany))
  return [
    ...out.map(because('Its walltime ends.')),
    ...replaced.map(because('Another has taken its place before its walltime ends.')),
    ...surplus.map(because(fresh.length > desire.wanted ? 'It was not needed any more.' : 'Another model needed its place.')),
  ]
}

/** Those of deployments that the configuration no longer has. */
function unknown(stored: readonly StoredReplica[], { name, deployments }: ClusterView): Drain[] {
  const known = new Set(deployments.map((deployment) => deploymentKey({ cluster: name, ...deployment })))
  return stored
    .filter((replica) => !isOver(replica) && replica.state !== 'draining' && !known.has(deploymentKey(replica)))
    .map((replica) => ({ kind: 'drain', replica, reason: 'The configuration no longer has it.' }))
}

function stops(stored: readonly StoredReplica[], surveys: readonly Survey[], orphans: readonly Orphan[], { nowMs, busy, inFlight, stopsAsked }: World, policy: Policy, cluster: string): Action[] {
  const hurried = new Set(surveys.filter(({ desire }) => desire.isOff === 'stop').map(({ key }) => key))
  const drained = stored.flatMap((replica): Action[] => {
    if (replica.state !== 'draining' || replica.handle === undefined || busy.has(replica.id)) return []
    if (replica.askedAtMs !== undefined && nowMs - replica.askedAtMs < policy.askAgainMs) return []
    const isAtOnce = hurried.has(poolKey(replica)) || nowMs - replica.sinceMs >= policy.drainMaxMs
    if (!isAtOnce && (inFlight.get(replica.id) ?? 0) > 0) return []
    return [{ kind: 'stop', cluster, id: replica.id, handle: replica.handle, reason: replica.reason ?? '', isAtOnce }]
  })
  const left = orphans
    .filter(({ seen }) => !busy.has(seen.id) && nowMs - (stopsAsked.get(handleKey(cluster, seen.handle)) ?? -Infinity) >= policy.askAgainMs)
    .map(({ seen, stored: row }): Action => ({ kind: 'stop', cluster, id: seen.id, handle: seen.handle, reason: row?.reason ?? 'Nothing here has asked for it.', isAtOnce: true }))
  return [...drained, ...left]
}

interface StartInput {
  readonly surveys: readonly Survey[]
  readonly grantOf: (one: Survey) => number
  readonly adopted: readonly Adoption[]
  /** Keys of what is there and is being ended, one each. */
  readonly leftOver: readonly (string | undefined)[]
  readonly leaving: ReadonlySet<string>
  readonly used: Room
  readonly room: Room
  readonly world: World
  readonly cluster: ClusterView
  readonly newId: () => string
  readonly policy: Policy
}

/** What is there of a deployment, in all its pools. */
interface Here {
  readonly max: number
  present: number
  /** Of those, the ones that stay. */
  fresh: number
}

function count({ surveys, adopted, leftOver, cluster }: StartInput): Map<string, Here> {
  const here = new Map(cluster.deployments.map((deployment): [string, Here] => [deploymentKey({ cluster: cluster.name, ...deployment }), { max: deployment.replicas.max, present: 0, fresh: 0 }]))
  const add = (key: string | undefined, present: number, fresh: number): void => {
    const known = here.get(key ?? '')
    if (known === undefined) return
    known.present += present
    known.fresh += fresh
  }
  for (const { deployment, present, fresh } of surveys) add(deploymentKey({ cluster: cluster.name, ...deployment }), present.length, fresh.length)
  for (const { replica } of adopted) add(deploymentKey(replica), 1, 1)
  for (const key of leftOver) add(key, 1, 0)
  return here
}

/** Hot models first, then whoever waits longest; one whose place is still taken keeps it free from those behind. */
function starts(input: StartInput): Action[] {
  const { surveys, grantOf, adopted, leaving, room, world, cluster, newId, policy } = input
  const { nowMs, busy } = world
  if (cluster.isClosed === true) return []
  let { used } = input
  const here = count(input)
  const actions: Action[] = []
  for (const one of [...surveys].sort((a, b) => b.claim.hot - a.claim.hot || b.claim.waitMs - a.claim.waitMs || b.claim.usedAtMs - a.claim.usedAtMs)) {
    for (const replica of one.fresh) if (isCutShort(replica, nowMs, policy) && !busy.has(replica.id) && !leaving.has(replica.id)) actions.push({ kind: 'start', replica: { ...replica, askedAtMs: nowMs } })
    const { model, framework } = one.deployment
    const name = { cluster: cluster.name, model, framework, ...(one.batch !== undefined && { batch: one.batch }) }
    const all = here.get(deploymentKey(name))
    for (let left = startCount(one, grantOf(one), adopted, all); left > 0; left -= 1) {
      used = plus(used, one.claim.unit, 1)
      if (!fits(used, room)) continue
      if (all !== undefined) all.present += 1
      if (all !== undefined) all.fresh += 1
      actions.push({ kind: 'start', replica: { id: newId(), ...name, state: 'requested', sinceMs: nowMs, requestedAtMs: nowMs, askedAtMs: nowMs, attempt: one.failures.streak + 1 } })
    }
  }
  return actions
}

/** Never more than `max` that stay, and one more than `max` in all while one leaves: of all pools of the deployment together. */
function startCount({ key, desire, fresh, startable }: Survey, grant: number, adopted: readonly Adoption[], all: Here | undefined): number {
  const taken = adopted.filter(({ replica }) => poolKey(replica) === key).length
  const mostMore = all === undefined ? 0 : all.max + (all.present > all.fresh ? 1 : 0) - all.present
  return Math.min(startable, mostMore, Math.min(desire.wanted, grant) - fresh.length - taken)
}

/** Asked for, and no answer has come: the app ended in between, or the outcome was not known. */
const isCutShort = ({ state, handle, askedAtMs }: StoredReplica, nowMs: number, policy: Policy): boolean =>
  state === 'requested' && handle === undefined && nowMs - (askedAtMs ?? -Infinity) >= policy.askAgainMs

/** Those that are over and old; the failure that a next start has to know of stays. */
function forget(stored: readonly StoredReplica[], surveys: readonly Survey[], { observation }: ClusterView, nowMs: number, policy: Policy): Action[] {
  const old = stored.filter((replica) => isOver(replica) && nowMs - replica.sinceMs >= policy.keptMs)
  if (old.length === 0) return []
  const there = new Set(observation?.replicas.flatMap(({ id, state }) => (state === 'ended' ? [] : [id])))
  const telling = new Set(surveys.map(({ failures }) => failures.last?.id))
  return old.filter(({ id }) => !there.has(id) && !telling.has(id)).map((replica) => ({ kind: 'forget', replica }))
}
