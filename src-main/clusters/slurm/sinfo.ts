import type { HostCapacity } from '../replica-host'

/** Wide columns, for names longer than a column are cut (sinfo(1), --Format). */
export const sinfoFormat = 'nodelist:256,statelong:64,gres:256,gresused:256,memory:32,allocmem:32'

interface Node {
  readonly isThere: boolean
  readonly takesJobs: boolean
  readonly isIdle: boolean
  readonly gpus: number
  readonly gpusUsed: number
  readonly memoryMb: number
  readonly memoryUsedMb: number
}

/** `gpu:a100:4(S:0-1),gpu:h100:2` has six; `(null)` none. */
const gpuCount = (gres: string): number => gres.split(/,(?![^(]*\))/).reduce((sum, each) => sum + Number(/^gpu:(?:[^:(]+:)?(\d+)/.exec(each.trim())?.[1] ?? 0), 0)

/** Out until somebody mends it. All other states pass by themselves, those that a later version may have too: they are of what the site has. */
const outOfUse = /^(?:down|drain|drained|fail|error|inval|future)\b/

/**
 * Lines of `sinfo --noheader --Node --Format` with that format; a node of several partitions is counted once. `free` is what a job could get now,
 * `total` has too what only takes none for a while: planned or reserved for others, draining with its jobs, or not answering yet.
 */
export function readSinfo(text: string): HostCapacity {
  const nodes = new Map<string, Node>()
  for (const line of text.split('\n')) {
    const [name, state, gres, gresUsed, memory, allocated] = line.trim().split(/\s+/)
    if (name === undefined || state === undefined || gres === undefined) continue
    // Marks follow the state: * does not answer, ~ and # save power, - is planned for another, $ and @ wait for a maintenance or a reboot (sinfo(1), NODE STATE CODES).
    const takesJobs = /^(?:idle|mixed|mix|allocated|alloc|completing|comp)[~#%+]?$/.test(state)
    nodes.set(name, {
      isThere: !outOfUse.test(state),
      takesJobs,
      isIdle: takesJobs && state.startsWith('idle'),
      gpus: gpuCount(gres),
      gpusUsed: gpuCount(gresUsed ?? ''),
      memoryMb: numberOf(memory),
      memoryUsedMb: numberOf(allocated),
    })
  }
  const there = [...nodes.values()].filter(({ isThere }) => isThere)
  const taking = there.filter(({ takesJobs }) => takesJobs)
  return {
    nodes: { free: taking.filter(({ isIdle }) => isIdle).length, total: there.length },
    gpus: { free: sum(taking, ({ gpus, gpusUsed }) => gpus - gpusUsed), total: sum(there, ({ gpus }) => gpus) },
    memoryMb: { free: sum(taking, ({ memoryMb, memoryUsedMb }) => memoryMb - memoryUsedMb), total: sum(there, ({ memoryMb }) => memoryMb) },
  }
}

const sum = (nodes: readonly Node[], valueOf: (node: Node) => number): number => nodes.reduce((total, node) => total + valueOf(node), 0)
const numberOf = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0)
