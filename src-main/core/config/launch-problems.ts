import { launchedHere } from '@shared/config/clusters'
import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Config } from '@shared/config/schema'
import { FirstError } from '@shared/errors'
import { resolveLaunch } from '../../engines/templates/resolve-launch'
import type { PathProblem } from './problem-text'

/** What is wrong with how deployments are started, which only the reading of their commands shows. */
export function launchProblems({ clusters }: Config): readonly PathProblem[] {
  return clusters.flatMap((cluster, at) => {
    if (!('deployments' in cluster)) return []
    const launched: ReadonlySet<unknown> = new Set(cluster.kind === 'local' ? launchedHere(cluster) : cluster.deployments)
    return cluster.deployments.flatMap((deployment, index) => (launched.has(deployment) ? problemOf(deployment as LaunchedDeployment, ['clusters', at, 'deployments', index]) : []))
  })
}

function problemOf(deployment: LaunchedDeployment, path: readonly PropertyKey[]): readonly PathProblem[] {
  try {
    resolveLaunch(deployment)
    return []
  } catch (cause) {
    if (!(cause instanceof FirstError)) throw cause
    return [{ path: [...path, ...fieldPath(cause.param ?? 'launch')], message: cause.message.replace(/^\S+ of ".*?" /, '').replace(/\.$/, '') }]
  }
}

/** `args[1]` and `env.NAME` as a path. */
const fieldPath = (field: string): PropertyKey[] => field.split(/[.[\]]+/).filter((part) => part !== '').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
