import { InvalidArgumentError, type Command } from 'commander'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { DeploymentName, DeploymentWish } from '@shared/domain/deployment'
import { FirstError } from '@shared/errors'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'
import { readSnapshots } from '../snapshots'

interface DeploymentFlags {
  readonly cluster?: string
  readonly framework?: string
  readonly replicas?: number
  readonly dataDir: string
}

const wishes: Readonly<Record<DeploymentWish['kind'], { readonly does: string; readonly said: string }>> = {
  start: { does: 'start it as a request would; earlier failures are forgiven', said: 'is asked to start' },
  stop: { does: 'stop its replicas at once, and start none', said: 'is stopped' },
  drain: { does: 'stop its replicas once they have finished their requests', said: 'ends once its requests have ended' },
  scale: { does: 'keep so many replicas, within its max', said: 'is to have as many replicas' },
  auto: { does: 'leave it to its load and to config.yaml again', said: 'goes by its load again' },
}

export function addDeployment(program: Command, context: CliContext): void {
  const deployment = program.command('deployment').description('start, stop and scale the models that config.yaml says how to start')
  for (const kind of Object.keys(wishes) as DeploymentWish['kind'][]) {
    const command = deployment
      .command(kind)
      .description(wishes[kind].does)
      .argument('<model>', 'as «models» lists it')
      .addOption(flag('--cluster <name>', 'where, if several clusters have it'))
      .addOption(flag('--framework <name>', 'by which, if several serve it there'))
      .addOption(dataDirFlag())
    if (kind === 'scale') command.addOption(flag('--replicas <number>', 'how many').argParser(parseReplicas).makeOptionMandatory())
    command.action((model: string, flags: DeploymentFlags) => order(model, kind === 'scale' ? { kind, replicas: flags.replicas ?? 0 } : { kind }, flags, context))
  }
}

async function order(model: string, wish: DeploymentWish, { dataDir, ...where }: DeploymentFlags, context: CliContext): Promise<void> {
  const { withCore } = await import('../rpc-client')
  await withCore({ dataDir, signal: context.signal }, async (core) => {
    const deployment = findDeployment(await readSnapshots(core), model, where)
    await core.replicas.want({ deployment, wish })
    context.err(`${model} on ${deployment.cluster} ${wishes[wish.kind].said}${wish.kind === 'scale' ? `: ${wish.replicas}` : ''}.\n`)
  })
}

/** @throws FirstError `model_not_found` where none, or more than one, is meant; it says which there are */
export function findDeployment(clusters: readonly ClusterSnapshot[], model: string, { cluster, framework }: { readonly cluster?: string; readonly framework?: string }): DeploymentName {
  const all = clusters.flatMap(({ models }) => models.filter(({ scaling }) => scaling !== undefined))
  const found = all.filter((one) => one.id === model && (cluster ?? one.cluster) === one.cluster && (framework ?? one.framework) === one.framework)
  const [only] = found
  if (only !== undefined && found.length === 1) return { cluster: only.cluster, model: only.id, framework: only.framework }
  if (only !== undefined) throw new FirstError('model_not_found', `${model} is served by ${found.map((one) => `${one.cluster} with ${one.framework}`).join(' and by ')}.`, { action: 'Say which is meant with --cluster and --framework.' })
  const names = [...new Set(all.map(({ id }) => id))]
  throw new FirstError('model_not_found', `No replicas of ${model} are started from here${cluster === undefined ? '' : ` on ${cluster}`}.`, { action: names.length === 0 ? 'Say in config.yaml how a model is started: deployments of a cluster.' : `There are ${names.join(', ')}.` })
}

function parseReplicas(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count > 256) throw new InvalidArgumentError('It is a whole number from 0 to 256.')
  return count
}
