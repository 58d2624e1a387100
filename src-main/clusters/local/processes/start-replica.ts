import { mkdir, writeFile } from 'node:fs/promises'
import { FirstError } from '@shared/errors'
import { fillText } from '../../../engines/templates/launch-text'
import { fillLaunch, type Launch, resolveLaunch } from '../../../engines/templates/resolve-launch'
import { isErrno } from '../../../storage/atomic-file'
import { requireSpace } from '../../../storage/space'
import type { StartRequest } from '../../replica-host'
import { type HostContext, runningStates } from './context'
import { engineEnv } from './engine-env'
import { findProgram } from './find-program'
import { chooseGpus, listGpus } from './gpus'
import { promisedMb, requireMemoryMb } from './memory'
import { choosePort } from './ports'
import type { ReplicaState } from './replica-files'

/** For the first lines of a log; what an engine itself needs is its own. */
const neededSpaceBytes = 2 ** 20
const bytesPerMb = 2 ** 20
export const loopback = '127.0.0.1'

/** Starts a replica whose id is new. Two at once would be given the same port and GPUs. @throws FirstError that a person can act on */
export async function startReplica(context: HostContext, request: StartRequest): Promise<ReplicaState> {
  const { id, deployment } = request
  const { model, resources } = deployment
  const launch = resolveLaunch(deployment)
  const running = await runningStates(context)
  if (resources.memoryMb !== undefined) requireMemoryMb(model, resources.memoryMb, context.memory.freeBytes() / bytesPerMb, await promisedMb(running, context.processes))
  const cards = await listGpus(context.env)
  const gpus = chooseGpus(model, resources.gpus, cards, new Set(running.flatMap((state) => state.gpus ?? [])))
  const port = await choosePort(new Set(running.map((state) => state.port)), context.random)
  try {
    return await launchOn(context, request, launch, {
      id,
      model,
      port,
      ...(cards.gpus.length > 0 && { gpus: [...gpus] }),
      ...(resources.memoryMb !== undefined && { memoryMb: resources.memoryMb }),
      startedAtMs: context.now(),
    })
  } catch (cause) {
    await context.files.remove(id)
    throw diskProblem(cause, context.files.root)
  }
}

async function launchOn(context: HostContext, { id, deployment, key }: StartRequest, launch: Launch, plan: Omit<ReplicaState, 'pid' | 'processStart'>): Promise<ReplicaState> {
  const { files, processes } = context
  await mkdir(files.root, { recursive: true, mode: 0o700 })
  await requireSpace(files.root, neededSpaceBytes)
  await mkdir(files.folder(id), { mode: 0o700 })
  const keyFile = launch.keyFile === undefined ? undefined : await files.writeKeyFile(id, fillText(launch.keyFile, (name) => (name === 'key' ? key : '')))
  const command = fillLaunch(launch, { host: loopback, port: plan.port, key, ...(keyFile !== undefined && { keyFile }) })
  const env = engineEnv({ id, outer: context.env, own: command.env, ...(plan.gpus !== undefined && { gpus: plan.gpus }) })
  const argv = await ownOrFound(context, deployment.model, command.argv, env['PATH'] ?? '')
  await writeFile(files.logFile(id), '', { mode: 0o600 })
  const supervisor = await context.startSupervisor({ argv, env, cwd: files.folder(id), logFile: files.logFile(id), exitFile: files.exitFile(id) })
  try {
    const processStart = await processes.startOf(supervisor.pid)
    if (processStart === undefined) throw new FirstError('model_failed', `The process of "${deployment.model}" was gone as soon as it was started.`)
    const state = { ...plan, pid: supervisor.pid, processStart }
    await files.writeState(state)
    await supervisor.go()
    return state
  } catch (cause) {
    await supervisor.abandon()
    throw cause
  }
}

async function ownOrFound({ ownProgram }: HostContext, model: string, argv: readonly string[], path: string): Promise<readonly string[]> {
  const [program = '', ...args] = argv
  const command = program === 'first-desktop' && ownProgram !== undefined ? [...ownProgram, ...args] : argv
  return [await findProgram(model, command[0] ?? '', path), ...command.slice(1)]
}

/** What a disk says is told in words. */
function diskProblem(cause: unknown, folder: string): unknown {
  if (isErrno(cause, 'ENOSPC', 'EDQUOT')) return new FirstError('disk_full', `The disk of ${folder} is full.`, { cause })
  if (isErrno(cause, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR')) return new FirstError('data_dir_unusable', `Nothing can be written to ${folder}: ${cause.message}.`, { cause })
  return cause
}
