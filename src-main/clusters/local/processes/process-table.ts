import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** What the system knows of processes. */
export interface ProcessTable {
  /** When it started, in words that no other process of this number ever has; undefined where there is none, or only what is left of one. */
  startOf(pid: number): Promise<string | undefined>
  /** Numbers of processes whose environment has `variable`, where that can be seen. */
  withVariable(variable: string): Promise<readonly number[]>
  /** Memory in MB that process groups have, by their numbers. */
  residentMb(groups: ReadonlySet<number>): Promise<ReadonlyMap<number, number>>
}

const run = promisify(execFile)

export function createProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  // `lstart` is a local time: one of a zone of its own, for a machine may travel.
  return platform === 'linux' ? linuxTable('/proc') : psTable(async (args) => (await run('ps', [...args], { env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } })).stdout)
}

/** Reads `/proc` (proc(5)). */
export function linuxTable(root: string): ProcessTable {
  const read = (path: string): Promise<string> => readFile(`${root}/${path}`, 'utf8').catch(() => '')
  const boot = read('sys/kernel/random/boot_id').then((text) => text.trim())
  const pids = async (): Promise<readonly number[]> => (await readdir(root)).filter((name) => /^\d+$/.test(name)).map(Number)
  return {
    async startOf(pid) {
      const stat = parseStat(await read(`${pid}/stat`))
      // Ticks are counted from the boot, so another boot may have the same.
      return stat === undefined || stat.isOver ? undefined : `${await boot}:${stat.startTicks}`
    },
    async withVariable(variable) {
      const found: number[] = []
      for (const pid of await pids()) if ((await read(`${pid}/environ`)).split('\0').includes(variable)) found.push(pid)
      return found
    },
    async residentMb(groups) {
      const sums = new Map<number, number>()
      if (groups.size === 0) return sums
      for (const pid of await pids()) {
        const group = parseStat(await read(`${pid}/stat`))?.group
        if (group === undefined || !groups.has(group)) continue
        const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await read(`${pid}/status`)) ?? []
        sums.set(group, (sums.get(group) ?? 0) + Number(kilobytes ?? 0) / 1024)
      }
      return sums
    },
  }
}

/** The name in brackets may hold anything, brackets too; fields are counted from behind it. */
export function parseStat(text: string): { readonly group: number; readonly startTicks: string; readonly isOver: boolean } | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, , group] = fields
  const startTicks = fields[19]
  if (state === undefined || group === undefined || startTicks === undefined) return undefined
  return { group: Number(group), startTicks, isOver: state === 'Z' || state === 'X' }
}

/** Asks `ps`, where there is no `/proc`: macOS. */
export function psTable(ps: (args: readonly string[]) => Promise<string>): ProcessTable {
  return {
    async startOf(pid) {
      // It exits with 1 where there is no such process.
      const [state, ...start] = (await ps(['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => '')).trim().split(/\s+/)
      return start.length === 0 || state?.startsWith('Z') === true ? undefined : start.join(' ')
    },
    withVariable: () => Promise.resolve([]),
    async residentMb(groups) {
      const sums = new Map<number, number>()
      if (groups.size === 0) return sums
      for (const line of (await ps(['-A', '-o', 'pgid=,rss='])).split('\n')) {
        const [group = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number)
        if (groups.has(group)) sums.set(group, (sums.get(group) ?? 0) + kilobytes / 1024)
      }
      return sums
    },
  }
}
