/** Nobody runs one engine on more; a list that says more is not what we think it is. */
const mostHosts = 4096

/** Splits at commas that are not within brackets. */
const parts = (text: string): readonly string[] => text.match(/(?:\[[^\]]*\]|[^,[\]])+/g) ?? []

/** Node names out of Slurm's short form: `node[08-10,12],login1` (scontrol(1), "show hostlist"). */
export function readHostList(text: string): readonly string[] {
  if (text === '' || text === '(null)' || text === 'None assigned') return []
  return parts(text).flatMap(expand).slice(0, mostHosts)
}

function expand(part: string): readonly string[] {
  const [, before, ranges, after] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(part) ?? []
  if (before === undefined || ranges === undefined) return [part]
  const rests = expand(after ?? '') // more brackets may follow: rack[1-2]n[1-4]
  return ranges.split(',').flatMap((range) => numbers(range).flatMap((number) => rests.map((rest) => `${before}${number}${rest}`)))
}

function numbers(range: string): readonly string[] {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(range) ?? []
  if (from === undefined || to === undefined) return [range]
  const count = Math.min(Number(to) - Number(from) + 1, mostHosts)
  return Array.from({ length: Math.max(count, 0) }, (_each, index) => String(Number(from) + index).padStart(from.length, '0'))
}
