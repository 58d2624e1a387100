import { stat } from 'node:fs/promises'
import { launchedHere, type BatchClusterConfig } from '@shared/config/clusters'
import type { LaunchedDeployment } from '@shared/config/deployment'
import type { Config } from '@shared/config/schema'
import { toFirstError } from '@shared/errors'
import { fillLaunch, resolveLaunch } from '../engines/templates/resolve-launch'
import type { Argv, CommandOutcome, CommandRunner } from './commands/command-runner'
import { createRunnerHere } from './commands/here'
import { createRunnerOverSsh } from './commands/over-ssh'
import { findProgram } from './local/processes/find-program'
import { listGpus } from './local/processes/gpus'

/** What was looked at, and how it is; `note` is worth knowing, and nothing is wrong. */
export interface Checked {
  readonly name: string
  readonly state: 'good' | 'note' | 'bad'
  /** What was found and, when it is bad, what to do. */
  readonly text: string
}

type Env = Readonly<Record<string, string | undefined>>

/** For one command; a site that is slower than this is of no use either. */
const commandTimeoutMs = 20_000

const managers = {
  slurm: { title: 'Slurm', commands: ['sbatch', 'squeue', 'sinfo', 'scancel'], question: ['squeue', '--noheader', '--format=%i'] },
  pbs: { title: 'PBS', commands: ['qsub', 'qstat', 'qdel'], question: ['qstat', '-Q'] },
} as const satisfies Record<BatchClusterConfig['kind'], { readonly title: string; readonly commands: readonly string[]; readonly question: Argv }>

// Fixed texts for `sh -c`: what is of a person comes in as arguments.
const missingScript = 'for c; do command -v "$c" >/dev/null 2>&1 || echo "$c"; done'
/** Says the folder when it can be written or, where it is not there yet, made. */
const workDirScript = 'case $1 in /*) d=$1;; "~/"*) d=$HOME/${1#??};; *) d=$HOME/$1;; esac; p=$d; while [ ! -e "$p" ]; do p=$(dirname -- "$p"); done; echo "$d"; [ -d "$p" ] && [ -w "$p" ]'

/** Every cluster with a workload manager, at the same time: whether its host answers, its commands are there and answer, and its work folder can be written. */
export async function checkSites({ clusters }: Config, signal: AbortSignal): Promise<readonly Checked[]> {
  const sites = clusters.filter((cluster) => cluster.kind === 'slurm' || cluster.kind === 'pbs')
  return (await Promise.all(sites.map((site) => checkSite(site, signal)))).flat()
}

async function checkSite(site: BatchClusterConfig, signal: AbortSignal): Promise<readonly Checked[]> {
  const { name, kind, ssh } = site
  const { title, commands, question } = managers[kind]
  const runner = ssh === undefined ? createRunnerHere() : createRunnerOverSsh({ ssh })
  const run = (...argv: Argv): Promise<CommandOutcome> => runner.run(argv, { signal, timeoutMs: commandTimeoutMs })
  try {
    const connection = ssh === undefined ? [] : [{ name: `ssh to ${ssh.host}`, ...(await checked(() => run('true').then(() => ({ state: 'good', text: 'it answers' })))) }]
    if (connection.some(({ state }) => state === 'bad')) return connection
    return [
      ...connection,
      { name: `${title} of ${name}`, ...(await checked(() => checkManager(run, { title, commands, question, runner }))) },
      { name: `Work folder of ${name}`, ...(await checked(() => checkWorkDir(run, site.workDir ?? '.first-desktop', runner))) },
    ]
  } finally {
    await runner.close()
  }
}

async function checked(look: () => Promise<Omit<Checked, 'name'>>): Promise<Omit<Checked, 'name'>> {
  try {
    return await look()
  } catch (cause) {
    return bad(cause)
  }
}

type Run = (...argv: Argv) => Promise<CommandOutcome>
type Manager = { readonly title: string; readonly commands: readonly string[]; readonly question: Argv; readonly runner: CommandRunner }

async function checkManager(run: Run, { title, commands, question, runner: { where } }: Manager): Promise<Omit<Checked, 'name'>> {
  const missing = (await run('sh', '-c', missingScript, 'sh', ...commands)).stdout.trim().split('\n').filter((line) => line !== '')
  if (missing.length > 0) return { state: 'bad', text: `${where} has no ${missing.join(', ')}; put the commands of ${title} in the PATH there, or correct the cluster in config.yaml` }
  const { code, stdout, stderr } = await run(...question)
  if (code === 0) return { state: 'good', text: `${commands.join(', ')} are on ${where}, and ${question[0]} answers` }
  return { state: 'bad', text: `${question[0]} fails on ${where} (${lastLine(stderr) ?? lastLine(stdout) ?? `code ${code}`}); try ${question.join(' ')} in a terminal there` }
}

async function checkWorkDir(run: Run, workDir: string, { where }: CommandRunner): Promise<Omit<Checked, 'name'>> {
  const { code, stdout } = await run('sh', '-c', workDirScript, 'sh', workDir)
  const path = stdout.trim()
  return code === 0 ? { state: 'good', text: path } : { state: 'bad', text: `${path} on ${where} cannot be written; name another folder that the nodes see too as workDir in config.yaml` }
}

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined

/** What the deployments of this machine need: the programs of their engines, their files and GPUs. */
export async function checkDeployments({ clusters }: Config, env: Env, hasOwnProgram: boolean): Promise<readonly Checked[]> {
  const deployments = clusters.flatMap((cluster) => (cluster.kind === 'local' ? launchedHere(cluster) : []))
  const engines = await Promise.all(deployments.map((deployment) => checkEngine(deployment, env, hasOwnProgram)))
  return [...engines, await checkGpus(deployments, env)]
}

async function checkEngine(deployment: LaunchedDeployment, env: Env, hasOwnProgram: boolean): Promise<Checked> {
  const { model, file, launch, template, framework } = deployment
  const name = `Engine of ${model}`
  const how = launch === undefined ? `template ${template ?? framework}` : 'its launch line'
  const look = async (): Promise<Omit<Checked, 'name'>> => {
    const { argv, env: own } = fillLaunch(resolveLaunch(deployment), { host: '', port: 0, key: '' })
    const [program = ''] = argv
    const path = program === 'first-desktop' && hasOwnProgram ? program : await findProgram(model, program, own['PATH'] ?? env['PATH'] ?? '')
    if (file !== undefined && !(await isFile(file))) return { state: 'bad', text: `there is no file ${file}; correct file of this deployment in config.yaml` }
    return { state: 'good', text: `${path} (${how})` }
  }
  return { name, ...(await checked(look)) }
}

const isFile = (path: string): Promise<boolean> => stat(path).then((found) => found.isFile(), () => false)

async function checkGpus(deployments: readonly LaunchedDeployment[], env: Env): Promise<Checked> {
  const { gpus, problem } = await listGpus(env)
  const [greediest] = [...deployments].sort((a, b) => b.resources.gpus - a.resources.gpus)
  const there = gpus.length === 0 ? `none that nvidia-smi names${problem === undefined ? '' : ` (${problem})`}` : gpus.map(({ index, totalMb }) => `${index}: ${Math.round(totalMb / 1024)} GB`).join(', ')
  if (greediest === undefined || greediest.resources.gpus <= gpus.length) return { name: 'GPUs', state: gpus.length === 0 ? 'note' : 'good', text: there }
  return { name: 'GPUs', state: 'bad', text: `${greediest.model} needs ${greediest.resources.gpus}, and here are ${there}; install the driver of the GPUs, or lower resources.gpus of the deployment` }
}

/** Which workload managers this machine has, where no cluster is configured that uses them here. */
export async function findManagers({ clusters }: Config, env: Env): Promise<readonly Checked[]> {
  const unused = (['slurm', 'pbs'] as const).filter((kind) => !clusters.some((cluster) => cluster.kind === kind && cluster.ssh === undefined))
  return Promise.all(
    unused.map(async (kind): Promise<Checked> => {
      const { title, commands: [submit] } = managers[kind]
      const path = await findProgram(title, submit, env['PATH'] ?? '').catch(() => undefined)
      return { name: title, state: 'note', text: path === undefined ? 'not on this machine; a cluster of another machine is reached over ssh' : `${path} is there, and no cluster of config.yaml uses it` }
    }),
  )
}

function bad(cause: unknown): Omit<Checked, 'name'> {
  const { message, kind } = toFirstError(cause)
  return { state: 'bad', text: `${message} ${kind.action}` }
}
