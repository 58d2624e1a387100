import type { Command } from 'commander'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { modelStatus } from '@shared/domain/model'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'
import { age, readSnapshots } from '../snapshots'
import { table } from '../table'

export function addStatus(program: Command, context: CliContext): void {
  program
    .command('status')
    .description('say how the clusters of the running gateway are')
    .addOption(flag('--json', 'print JSON'))
    .addOption(dataDirFlag())
    .action(async ({ dataDir, json }: { dataDir: string; json?: boolean }) => {
      const { withCore } = await import('../rpc-client')
      const clusters = await withCore({ dataDir, signal: context.signal }, readSnapshots)
      context.out(json === true ? `${JSON.stringify(clusters, null, 2)}\n` : statusText(clusters, Date.now()))
    })
}

/** A table of the clusters, and below it what is wrong, one sentence a line. */
export function statusText(clusters: readonly ClusterSnapshot[], nowMs: number): string {
  const rows = clusters.map((cluster) => [cluster.name, cluster.kind, stateOf(cluster), cluster.takenAtMs === 0 ? '-' : age(cluster.takenAtMs, nowMs), modelsOf(cluster), nodesOf(cluster)])
  const problems = clusters.flatMap(({ name, problem, models }) => [
    ...(problem === undefined ? [] : [`${name}: ${problem}`]),
    ...models.flatMap(({ id, status, reason }) => (status === 'failed' && reason !== undefined ? [`${name}: ${id} has failed: ${reason}`] : [])),
  ])
  return `${table(['cluster', 'kind', 'state', 'age', 'models', 'nodes'], rows)}${problems.length === 0 ? '' : `\n${problems.join('\n')}\n`}`
}

function stateOf({ isReachable, isInMaintenance, problem, needsSignIn }: ClusterSnapshot): string {
  if (isInMaintenance === true) return 'maintenance'
  if (isReachable) return 'up'
  if (problem === undefined) return 'not asked yet'
  return needsSignIn === true ? 'sign-in needed' : 'unreachable'
}

function modelsOf({ models }: ClusterSnapshot): string {
  const counts = modelStatus.options.map((status) => [models.filter((model) => model.status === status).length, status] as const)
  return counts.flatMap(([count, status]) => (count === 0 ? [] : [`${count} ${status}`])).join(', ') || '-'
}

const nodesOf = ({ nodes }: ClusterSnapshot): string => (nodes === undefined ? '-' : `${nodes.free} free${nodes.total === undefined ? '' : ` of ${nodes.total}`}`)
