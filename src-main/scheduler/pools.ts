import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Policy } from './policy'
import { deploymentKey, isActive, isOver, type StoredReplica } from './stored-replica'
import { survey, type Survey } from './survey'
import { noDemand, type BatchDemand, type ClusterView, type Override, type World } from './world'

/**
 * A deployment as `plan` sees it: the replicas for everybody, and those of batches, one each. Together they are `max`. People come first: what is
 * always up, and one for requests that are there, is not given to batches. Of what is left batches have half of `max` at the most, one at the
 * least; a batch that has one keeps it, then those that have waited longest. And for the nodes of their cluster batches stand behind all that
 * people need, beside what is only kept warm.
 */
export function surveyPools(world: World, cluster: ClusterView, deployment: LaunchedDeployment, replicas: readonly StoredReplica[], policy: Policy): Survey[] {
  const key = deploymentKey({ cluster: cluster.name, ...deployment })
  const override = world.overrides.find((one) => deploymentKey(one) === key)
  const forAll = replicas.filter(({ batch }) => batch === undefined)
  const everybody = (most: number): Survey =>
    survey(world, cluster, { deployment: { ...deployment, replicas: { ...deployment.replicas, max: most } }, replicas: forAll, demand: world.demand.get(key) ?? noDemand, override }, policy)

  const { max } = deployment.replicas
  const first = everybody(max)
  const ofBatches = batchPools(world, key, deployment, replicas)
  if (ofBatches.length === 0) return [first]

  const own = ofBatches.map(({ batch, ask }) => {
    const mine = replicas.filter((replica) => replica.batch === batch)
    const demand = ask?.demand ?? noDemand
    const one = survey(world, cluster, { batch, deployment: forOne(deployment, policy), replicas: mine, demand, override: ofAll(override) }, policy)
    return { one, isWanted: ask !== undefined && one.desire.wanted > 0 && one.claim.wanted > 0, isHeld: mine.some(isActive), sinceMs: ask?.sinceMs ?? 0 }
  })
  const turns = own.filter(({ isWanted }) => isWanted).sort((a, b) => Number(b.isHeld) - Number(a.isHeld) || a.sinceMs - b.sinceMs)
  const peoples = Math.min(max, Math.max(first.desire.min, Math.min(1, first.desire.needed)))
  const chosen = new Set(turns.slice(0, Math.max(0, Math.min(max - peoples, Math.max(1, Math.floor(max / 2))))))
  return [chosen.size === 0 ? first : everybody(max - chosen.size), ...own.map((pool) => (chosen.has(pool) ? lastInLine(pool.one) : letGo(pool.one)))]
}

/** Those that ask, and those that have something there. */
function batchPools({ batches }: World, key: string, { batch: { dedicated } }: LaunchedDeployment, replicas: readonly StoredReplica[]): { readonly batch: string; readonly ask: BatchDemand | undefined }[] {
  const asks = dedicated ? batches.filter((ask) => deploymentKey(ask) === key) : []
  const asking = new Set(asks.map(({ batch }) => batch))
  const left = new Set(replicas.flatMap(({ batch, state }) => (batch === undefined || asking.has(batch) || isOver({ state }) ? [] : [batch])))
  return [...asks.map((ask) => ({ batch: ask.batch, ask })), ...Array.from(left, (batch) => ({ batch, ask: undefined }))]
}

const forOne = (deployment: LaunchedDeployment, policy: Policy): LaunchedDeployment => ({
  ...deployment,
  hot: false,
  replicas: { min: 0, max: 1 },
  idleTimeoutS: Math.min(deployment.idleTimeoutS, policy.batchIdleMs / 1000),
})

/** What an admin says of a deployment is of batches too where it is none. */
function ofAll(override: Override | undefined): Override | undefined {
  if (override?.kind === 'stop' || override?.kind === 'drain') return override
  return override?.kind === 'scale' && override.replicas === 0 ? { ...override, kind: 'drain' } : undefined
}

/** Its replica may have what nobody needs. */
const lastInLine = (one: Survey): Survey => ({ ...one, desire: { ...one.desire, needed: 0 }, claim: { ...one.claim, needed: 0 } })

const letGo = (one: Survey): Survey => ({ ...one, desire: { ...one.desire, hot: 0, min: 0, needed: 0, wanted: 0 }, kept: 0, claim: { ...one.claim, hot: 0, min: 0, needed: 0, wanted: 0 } })
