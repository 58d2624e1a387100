import { FirstError } from '@shared/errors'
import type { Argv, CommandOutcome, CommandRunner } from '../commands/command-runner'
import { readRefusal } from '../jobs/refusal'
import type { JobEnd, JobNeeds, JobSite, WorkloadManager } from '../jobs/workload-manager'
import { createAskQstat } from './ask-qstat'
import { listedJob } from './listed-jobs'
import { readPbsnodes } from './pbsnodes'
import { nodesOfQueue } from './queue-nodes'
import { pbsRefusals } from './refusals'
import { writeLength } from './times'

const jobScript = 'job.sh'
const outputFile = 'pbs.out'
/** `123`, `123.server`. */
const jobId = /^\d+(?:\.[\w.-]+)?$/

/** PBS Pro, OpenPBS, Torque, and Slurm's commands of the same names. */
export function createPbsManager(site: JobSite, runner: CommandRunner): WorkloadManager {
  const run = async (argv: Argv, signal: AbortSignal): Promise<CommandOutcome> => {
    const outcome = await runner.run(['env', 'TZ=UTC', 'LC_ALL=C', ...argv], { signal, name: argv[0] })
    if (outcome.code === 127) throw new FirstError('upstream_unreachable', `There is no command ${argv[0]} on ${runner.where}.`, { action: 'Put the commands of PBS in the PATH there, or correct the cluster in config.yaml.' })
    return outcome
  }
  const failed = (command: string, { stdout, stderr, code }: CommandOutcome): FirstError =>
    new FirstError('upstream_unreachable', `PBS of cluster ${site.name} cannot be asked (${command}: ${(stderr.trim() || stdout.trim()).split('\n').at(-1) || `code ${code}`}).`, { action: `Try ${command} in a terminal on ${runner.where}.` })
  const ask = createAskQstat(run, (outcome) => failed('qstat', outcome))

  return {
    title: 'PBS',
    outputFile,
    submitArgv: (needs) => ['qsub', ...needOptions(needs), ...siteOptions(site), ...resourceOptions(needs, site), ...site.submitOptions, jobScript],
    jobIdOf: (printed) => printed.trim().split('\n').map((line) => line.trim()).findLast((line) => jobId.test(line)),
    refusal: (outcome) => readRefusal('PBS', pbsRefusals, site, outcome),
    async list(jobIds, signal) {
      // With no job to ask for, whether PBS answers is still to be known.
      if (jobIds.length > 0) return (await ask(jobIds, signal)).map(listedJob)
      const queues = await run(['qstat', '-Q'], signal)
      if (queues.code !== 0) throw failed('qstat', queues)
      return []
    },
    async find(name, signal) {
      // Torque and Slurm's own have no qselect by name; their jobs tell their id when they begin.
      const { code, stdout } = await runner.run(['env', 'qselect', '-N', name], { signal })
      return code === 0 ? stdout.split('\n').map((line) => line.trim()).find((line) => jobId.test(line)) : undefined
    },
    async ended(asked, signal) {
      const jobIds = asked.map(({ jobId: id }) => id)
      const jobs = (await ask(jobIds, signal)).map(listedJob)
      const asAsked = (id: string): string => jobIds.find((each) => each.split('.')[0] === id.split('.')[0]) ?? id
      return new Map(jobs.flatMap(({ jobId: id, state, reason, exitCode }): readonly (readonly [string, JobEnd])[] => (state === 'ended' && reason !== undefined ? [[asAsked(id), { reason, ...(exitCode !== undefined && { exitCode }) }]] : [])))
    },
    async cancel(id, signal) {
      const outcome = await run(['qdel', id], signal)
      const words = `${outcome.stdout}${outcome.stderr}`.trim()
      // Slurm's own says nothing of a job that is over.
      if (outcome.code === 0 || words === '' || /Unknown Job Id|has finished|invalid (?:state|for state)|COMPLETE|EXITING/i.test(words)) return
      throw new FirstError('upstream_unreachable', `PBS of cluster ${site.name} did not cancel job ${id} (${words.split('\n').at(-1) ?? ''}).`, { action: `Try qdel ${id} in a terminal on ${runner.where}.` })
    },
    async capacity(signal) {
      const outcome = await run(['pbsnodes', '-a'], signal)
      if (outcome.code !== 0) throw failed('pbsnodes', outcome)
      return readPbsnodes(nodesOfQueue(outcome.stdout, site.queue))
    },
  }
}

/** Both outputs in one file, never run again by PBS, and read by bash whatever the person's shell is (qsub(1B)). */
const needOptions = ({ name }: JobNeeds): readonly string[] => ['-N', name, '-j', 'oe', '-o', outputFile, '-r', 'n', '-S', '/bin/bash']

const siteOptions = ({ queue, account }: JobSite): readonly string[] => [...(queue === undefined ? [] : ['-q', queue]), ...(account === undefined ? [] : ['-A', account])]

/** Chunks of one node each, unless the site's own options ask for nodes. */
function resourceOptions({ nodes, gpus, cores, memoryMb, walltimeS }: JobNeeds, { submitOptions }: JobSite): readonly string[] {
  const chunk = [`select=${nodes}`, ...(cores === undefined ? [] : [`ncpus=${cores}`]), ...(gpus === 0 ? [] : [`ngpus=${gpus}`]), ...(memoryMb === undefined ? [] : [`mem=${memoryMb}mb`])].join(':')
  const asksForNodes = submitOptions.some((option) => /(?:^|[, l])(?:select|nodes)=/.test(option))
  const resources = [...(asksForNodes ? [] : [chunk]), ...(walltimeS === undefined ? [] : [`walltime=${writeLength(walltimeS)}`])]
  return resources.length === 0 ? [] : ['-l', resources.join(',')]
}
