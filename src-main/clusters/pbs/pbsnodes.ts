import type { HostCapacity } from '../replica-host'

/** `pbsnodes -a` (pbsnodes(8B)): a name, and below it one attribute a line; Torque's and Slurm's own have fewer of them. */
export function readPbsnodes(text: string): HostCapacity {
  const nodes = text.split(/\n(?=\S)/).map((block) => new Map(Array.from(block.matchAll(/^\s+([\w.-]+) = (.*)$/gm), ([, name = '', value = '']) => [name, value.trim()])))
  // In PBS a node that is partly used is free too; in Slurm's own it is mixed or alloc.
  const up = nodes.filter((node) => /^(?:free|job-busy|job-exclusive|resv-exclusive|idle|mixed|alloc(?:ated)?)$/.test(node.get('state') ?? ''))
  const isFree = (node: ReadonlyMap<string, string>): boolean => /^(?:free|idle)$/.test(node.get('state') ?? '') && (node.get('jobs') ?? '') === ''
  const sum = (valueOf: (node: ReadonlyMap<string, string>) => number): number => up.reduce((total, node) => total + valueOf(node), 0)
  const gpus = sum((node) => Number(node.get('resources_available.ngpus') ?? node.get('gpus') ?? 0))
  const memoryMb = sum((node) => readMb(node.get('resources_available.mem')))
  return {
    nodes: { free: up.filter(isFree).length, total: up.length },
    gpus: { free: gpus - sum((node) => Number(node.get('resources_assigned.ngpus') ?? 0)), total: gpus },
    ...(memoryMb > 0 && { memoryMb: { free: memoryMb - sum((node) => readMb(node.get('resources_assigned.mem'))), total: memoryMb } }),
  }
}

const units: Readonly<Record<string, number>> = { b: 1 / 1024 ** 2, kb: 1 / 1024, mb: 1, gb: 1024, tb: 1024 ** 2 }

function readMb(text = ''): number {
  const [, amount, unit] = /^(\d+)([kmgt]?b)$/i.exec(text) ?? []
  return amount === undefined ? 0 : Math.floor(Number(amount) * (units[unit?.toLowerCase() ?? ''] ?? 0))
}
