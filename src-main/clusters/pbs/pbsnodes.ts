import type { HostCapacity } from '../replica-host'

type Node = ReadonlyMap<string, string>

/** `pbsnodes -a` (pbsnodes(8B)): a name, and below it one attribute a line; Torque's and Slurm's own have fewer of them. `total` has what takes no new jobs for a while too. */
export function readPbsnodes(text: string): HostCapacity {
  const nodes = text.split(/\n(?=\S)/).map((block) => new Map(Array.from(block.matchAll(/^\s+([\w.-]+) = (.*)$/gm), ([, name = '', value = '']) => [name, value.trim()])))
  const there = nodes.filter(isThere)
  const taking = there.filter((node) => statesOf(node).every((state) => takingStates.has(state)))
  const memoryMb = sum(there, memoryMbOf)
  return {
    nodes: { free: taking.filter(isFree).length, total: there.length },
    gpus: { free: sum(taking, (node) => gpusOf(node) - Number(node.get('resources_assigned.ngpus') ?? 0)), total: sum(there, gpusOf) },
    ...(memoryMb > 0 && { memoryMb: { free: sum(taking, (node) => memoryMbOf(node) - readMb(node.get('resources_assigned.mem'))), total: memoryMb } }),
  }
}

/** In PBS a node that is partly used is free too; in Slurm's own it is mixed or alloc. */
const takingStates: ReadonlySet<string> = new Set(['free', 'job-busy', 'job-exclusive', 'resv-exclusive', 'idle', 'mixed', 'alloc', 'allocated'])
/** Out until somebody mends it. All other states pass by themselves. */
const outOfUse = /^(?:down|stale|state-unknown|unresolvable|drain|drained|fail|error|inval|future)\b/i

/** A node may have several states, such as `offline,job-exclusive`. */
const statesOf = (node: Node): readonly string[] => (node.get('state') ?? '').split(',').map((state) => state.trim())
const hasJobs = (node: Node): boolean => (node.get('jobs') ?? '') !== '' || statesOf(node).some((state) => state.startsWith('job-'))
/** One that was set offline ends its jobs first. */
const isThere = (node: Node): boolean => node.has('state') && statesOf(node).every((state) => !outOfUse.test(state) && (state !== 'offline' || hasJobs(node)))
const isFree = (node: Node): boolean => !hasJobs(node) && statesOf(node).every((state) => state === 'free' || state === 'idle')

const gpusOf = (node: Node): number => Number(node.get('resources_available.ngpus') ?? node.get('gpus') ?? 0)
const memoryMbOf = (node: Node): number => readMb(node.get('resources_available.mem'))
const sum = (nodes: readonly Node[], valueOf: (node: Node) => number): number => nodes.reduce((total, node) => total + valueOf(node), 0)

const units: Readonly<Record<string, number>> = { b: 1 / 1024 ** 2, kb: 1 / 1024, mb: 1, gb: 1024, tb: 1024 ** 2 }

function readMb(text = ''): number {
  const [, amount, unit] = /^(\d+)([kmgt]?b)$/i.exec(text) ?? []
  return amount === undefined ? 0 : Math.floor(Number(amount) * (units[unit?.toLowerCase() ?? ''] ?? 0))
}
