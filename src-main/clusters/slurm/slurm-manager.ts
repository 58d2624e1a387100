import { FirstError } from '@shared/errors'
import type { Argv, CommandOutcome, CommandRunner } from '../commands/command-runner'
import { readRefusal } from '../jobs/refusal'
import type { JobNeeds, JobSite, ListedJob, WorkloadManager } from '../jobs/workload-manager'
import { readSacct, readScontrol, sacctFields } from './past-jobs'
import { slurmRefusals } from './refusals'
import { readSinfo, sinfoFormat } from './sinfo'
import { readSqueue, squeueFormat } from './squeue'
import { timeVariables, writeLength } from './times'

const jobScript = 'job.sh'
const outputFile = 'slurm.out'

/** Slurm by its commands, from version 17.11 on: only texts with delimiters of our own are read, which stay as they are between versions. */
export function createSlurmManager(site: JobSite, runner: CommandRunner): WorkloadManager {
  const ask = async (argv: Argv, signal: AbortSignal): Promise<CommandOutcome> => {
    const outcome = await runner.run(['env', ...timeVariables, ...argv], { signal, name: argv[0] })
    if (outcome.code === 127) throw new FirstError('upstream_unreachable', `There is no command ${argv[0]} on ${runner.where}.`, { action: 'Put the commands of Slurm in the PATH there, or correct the cluster in config.yaml.' })
    return outcome
  }
  const answer = async (argv: Argv, signal: AbortSignal): Promise<string> => {
    const { code, stdout, stderr } = await ask(argv, signal)
    // squeue lists nobody's jobs, and ends with 0, where a user's name cannot be looked up.
    if (code === 0 && !/Invalid user/.test(stderr)) return stdout
    throw new FirstError('upstream_unreachable', `Slurm of cluster ${site.name} cannot be asked (${argv[0]}: ${stderr.trim().split('\n').at(-1) ?? `code ${code}`}).`, { action: `Try ${argv[0]} in a terminal on ${runner.where}.` })
  }

  let user: Promise<string> | undefined
  const userThere = (signal: AbortSignal): Promise<string> => {
    const asked = (user ??= answer(['id', '-un'], signal).then((name) => name.trim()))
    asked.catch(() => {
      if (user === asked) user = undefined
    })
    return asked
  }

  /** Also those in partitions that the site hides, which squeue leaves out where it is not told otherwise (squeue(1), --all). */
  const mine = async (options: readonly string[], signal: AbortSignal): Promise<readonly ListedJob[]> =>
    readSqueue(await answer(['squeue', '--noheader', '--all', ...options, `--user=${await userThere(signal)}`, `--format=${squeueFormat}`], signal))

  return {
    title: 'Slurm',
    outputFile,
    submitArgv: (needs) => ['sbatch', '--parsable', '--no-requeue', ...siteOptions(site), ...needOptions(needs), ...site.submitOptions, jobScript],
    // 123, or 123;cluster where there are several (sbatch(1), --parsable).
    jobIdOf: (printed) => printed.split('\n').flatMap((line) => /^(\d+)(?:;\S+)?$/.exec(line.trim())?.[1] ?? []).at(-1),
    refusal: (outcome) => readRefusal('Slurm', slurmRefusals, site, outcome),
    // Jobs that are over are listed for some minutes too (slurm.conf(5), MinJobAge).
    list: (_jobIds, signal) => mine(['--states=all'], signal),
    find: async (name, signal) => (await mine([`--name=${name}`], signal)).find(({ state }) => state !== 'ended')?.jobId,
    async ended(jobs, signal) {
      const asked = jobs.filter(({ jobId }) => /^\d+$/.test(jobId))
      if (asked.length === 0) return new Map()
      const sacct = await ask(['sacct', '--noheader', '--parsable2', '--allocations', `--jobs=${asked.map(({ jobId }) => jobId).join(',')}`, `--format=${sacctFields}`], signal)
      const told = new Map(sacct.code === 0 ? readSacct(sacct.stdout) : []) // a site may keep no accounts
      for (const { jobId, name } of asked.filter((each) => !told.has(each.jobId))) {
        const { code, stdout } = await ask(['scontrol', '--oneliner', 'show', 'job', jobId], signal)
        if (code !== 0) continue
        const said = readScontrol(stdout)
        if (said.end !== undefined) told.set(jobId, said.end)
        // A list with gaps is none: what it lacks would be given up while it runs. A site that began anew gives ids again.
        else if (said.name === name) throw new FirstError('upstream_unreachable', `Slurm of cluster ${site.name} does not list job ${jobId}, which is ${said.state} as scontrol says.`, { action: `Compare squeue --all and scontrol show job ${jobId} in a terminal on ${runner.where}.` })
      }
      return told
    },
    async cancel(jobId, signal) {
      const { code, stderr } = await ask(['scancel', jobId], signal)
      if (code === 0 || /already completing or completed|Invalid job id/i.test(stderr)) return
      throw new FirstError('upstream_unreachable', `Slurm of cluster ${site.name} did not cancel job ${jobId} (${stderr.trim()}).`, { action: `Try scancel ${jobId} in a terminal on ${runner.where}.` })
    },
    async capacity(signal) {
      return readSinfo(await answer(['sinfo', '--noheader', '--Node', ...(site.queue === undefined ? [] : [`--partition=${site.queue}`]), `--Format=${sinfoFormat}`], signal))
    },
  }
}

const siteOptions = ({ queue, account }: JobSite): readonly string[] => [...(queue === undefined ? [] : [`--partition=${queue}`]), ...(account === undefined ? [] : [`--account=${account}`])]

/** One task a node: what it has is for one engine (sbatch(1)). */
const needOptions = ({ name, nodes, gpus, cores, memoryMb, walltimeS }: JobNeeds): readonly string[] => [
  `--job-name=${name}`,
  `--output=${outputFile}`,
  '--open-mode=append',
  `--nodes=${nodes}`,
  '--ntasks-per-node=1',
  ...(gpus === 0 ? [] : [`--gres=gpu:${gpus}`]),
  ...(cores === undefined ? [] : [`--cpus-per-task=${cores}`]),
  ...(memoryMb === undefined ? [] : [`--mem=${memoryMb}M`]),
  ...(walltimeS === undefined ? [] : [`--time=${writeLength(walltimeS)}`]),
]
