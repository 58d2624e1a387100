import type { HostCapacity } from '../replica-host'

/** Wide columns, for names longer than a column are cut (sinfo(1), --Format). */
export const sinfoFormat = 'nodelist:256,statelong:64,gres:256,gresused:256,memory:32,allocmem:32'

interface Node {
  readonly isUp: boolean
  readonly isFree: boolean
  readonly gpus: number
  readonly gpusUsed: number
  readonly memoryMb: number
  readonly memoryUsedMb: number
}

/** `gpu:a100:4(S:0-1),gpu:h100:2` has six; `(null)` none. */
const gpuCount = (gres: string): number => gres.split(/,(?![^(]*\))/).reduce((sum, each) => sum + Number(/^gpu:(?:[^:(]+:)?(\d+)/.exec(each.trim())?.[1] ?? 0), 0)

/** Lines of `sinfo --noheader --Node --Format` with that format; a node of several partitions is counted once. */
export function readSinfo(text: string): HostCapacity {
  const nodes = new Map<string, Node>()
  for (const line of text.split('\n')) {
    const [name, state, gres, gresUsed, memory, allocated] = line.trim().split(/\s+/)
    if (name === undefined || state === undefined || gres === undefined) continue
    // Marks follow the state: * does not answer, ~ and # save power, $ and @ wait for a maintenance or a reboot (sinfo(1), NODE STATE CODES).
    const isUp = /^(?:idle|mixed|mix|allocated|alloc|completing|comp)[~#%+]?$/.test(state)
    nodes.set(name, {
      isUp,
      isFree: isUp && state.startsWith('idle'),
      gpus: gpuCount(gres),
      gpusUsed: gpuCount(gresUsed ?? ''),
      memoryMb: numberOf(memory),
      memoryUsedMb: numberOf(allocated),
    })
  }
  const up = [...nodes.values()].filter(({ isUp }) => isUp)
  const sum = (valueOf: (node: Node) => number): number => up.reduce((total, node) => total + valueOf(node), 0)
  return {
    nodes: { free: sum(({ isFree }) => Number(isFree)), total: up.length },
    gpus: { free: sum(({ gpus, gpusUsed }) => gpus - gpusUsed), total: sum(({ gpus }) => gpus) },
    memoryMb: { free: sum(({ memoryMb, memoryUsedMb }) => memoryMb - memoryUsedMb), total: sum(({ memoryMb }) => memoryMb) },
  }
}

const numberOf = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0)
