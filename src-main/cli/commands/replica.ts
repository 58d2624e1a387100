import type { Command } from 'commander'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Replica } from '@shared/domain/replica'
import { FirstError } from '@shared/errors'
import type { CliContext } from '../context'
import { dataDirFlag } from '../options'
import type { CoreClient } from '../rpc-client'
import { readSnapshots } from '../snapshots'

/** One running copy of a model, by its id or by that of its job. */
export function addReplica(program: Command, context: CliContext): void {
  const replica = program.command('replica').description('read the log of one running copy of a model, or end it')
  const id = ['<id>', 'of the replica or of its job, as «jobs» lists them'] as const
  replica
    .command('log')
    .description('print the last lines that it printed')
    .argument(...id)
    .addOption(dataDirFlag())
    .action((wanted: string, { dataDir }: { dataDir: string }) =>
      withReplica(wanted, dataDir, context, async (core, found) => {
        const { text } = await core.replicas.log({ id: found.id })
        const lines = text === '' ? (found.logTail ?? '') : text
        if (lines === '') context.err('It has printed nothing.\n')
        else context.out(lines.endsWith('\n') ? lines : `${lines}\n`)
      }),
    )
  replica
    .command('end')
    .description('end it now; another comes in its place where it is wanted')
    .argument(...id)
    .addOption(dataDirFlag())
    .action((wanted: string, { dataDir }: { dataDir: string }) =>
      withReplica(wanted, dataDir, context, async (core, found) => {
        await core.replicas.end({ id: found.id })
        context.err(`${found.id} of ${found.model} on ${found.cluster} is being ended.\n`)
      }),
    )
}

async function withReplica(wanted: string, dataDir: string, { signal }: CliContext, work: (core: CoreClient, found: Replica) => Promise<void>): Promise<void> {
  const { withCore } = await import('../rpc-client')
  await withCore({ dataDir, signal }, async (core) => work(core, findReplica(await readSnapshots(core), wanted)))
}

/** @throws FirstError `not_found` */
export function findReplica(clusters: readonly ClusterSnapshot[], wanted: string): Replica {
  const all = clusters.flatMap(({ replicas = [] }) => replicas)
  const found = all.find(({ id }) => id === wanted) ?? all.filter(({ handle }) => handle === wanted).sort((a, b) => b.requestedAtMs - a.requestedAtMs)[0]
  if (found === undefined) throw new FirstError('not_found', `There is no replica or job ${wanted} that was started from here.`, { action: 'Use an id that «first-desktop jobs» lists.' })
  return found
}
