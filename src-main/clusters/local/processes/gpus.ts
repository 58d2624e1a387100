import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { FirstError } from '@shared/errors'

export interface Gpu {
  readonly index: number
  readonly totalMb: number
  readonly usedMb: number
}

/** The GPUs of this machine; `problem` is why there are none to see, where something went wrong. */
export interface GpuList {
  readonly gpus: readonly Gpu[]
  readonly problem?: string
}

const run = promisify(execFile)
const timeoutMs = 10_000
const query = ['--query-gpu=index,memory.total,memory.used', '--format=csv,noheader,nounits']

/** Asks `nvidia-smi`; a machine without it has none. */
export async function listGpus(env: Readonly<Record<string, string | undefined>>): Promise<GpuList> {
  try {
    const { stdout } = await run('nvidia-smi', query, { env: { ...env }, timeout: timeoutMs, killSignal: 'SIGKILL' })
    return { gpus: visibleOf(parseGpus(stdout), env['CUDA_VISIBLE_DEVICES']) }
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    if ('code' in cause && cause.code === 'ENOENT') return { gpus: [] }
    const said = 'stdout' in cause && typeof cause.stdout === 'string' ? (cause.stdout.trim().split('\n')[0] ?? '') : ''
    return { gpus: [], problem: 'killed' in cause && cause.killed === true ? 'nvidia-smi did not answer' : `nvidia-smi failed${said === '' ? '' : `: ${said}`}` }
  }
}

/** Lines of `index, total, used` in MiB; a value that a card does not tell is `[N/A]`, and other lines are warnings. */
export function parseGpus(csv: string): readonly Gpu[] {
  return csv.split('\n').flatMap((line) => {
    const [, index, total, used] = /^\s*(\d+)\s*,\s*(\d+|\[.*?\])\s*,\s*(\d+|\[.*?\])\s*$/.exec(line) ?? []
    return index === undefined ? [] : [{ index: Number(index), totalMb: megabytes(total), usedMb: megabytes(used) }]
  })
}

function megabytes(text: string | undefined): number {
  return text === undefined || text.startsWith('[') ? 0 : Number(text)
}

/** Who started the app may have given it some of the cards only. */
function visibleOf(gpus: readonly Gpu[], visible: string | undefined): readonly Gpu[] {
  const indexes = visible?.split(',').map((each) => each.trim()) ?? []
  return indexes.length > 0 && indexes.every((index) => /^\d+$/.test(index)) ? gpus.filter(({ index }) => indexes.includes(String(index))) : gpus
}

/**
 * Those that a replica gets for itself: of the free ones, those that other programs use least.
 * @throws FirstError `model_failed` that says how many there are
 */
export function chooseGpus(model: string, wanted: number, { gpus, problem }: GpuList, taken: ReadonlySet<number>): readonly number[] {
  const free = gpus.filter(({ index }) => !taken.has(index)).sort((a, b) => a.usedMb - b.usedMb || a.index - b.index)
  if (free.length >= wanted) return free.slice(0, wanted).map(({ index }) => index).sort((a, b) => a - b)
  const there = gpus.length === 0 ? `this machine has none that nvidia-smi names${problem === undefined ? '' : ` (${problem})`}` : `this machine has ${gpus.length}, and ${free.length} ${free.length === 1 ? 'is' : 'are'} free`
  throw new FirstError('model_failed', `"${model}" needs ${wanted} ${wanted === 1 ? 'GPU' : 'GPUs'}; ${there}.`, { action: 'Stop a model that has GPUs, or set resources.gpus of the deployment.' })
}
