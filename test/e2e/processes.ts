import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

interface Entry {
  readonly pid: number
  readonly parent: number
  readonly isZombie: boolean
  readonly command: string
}

/** The pids of a process and of all that descend from it, parents first (Linux's proc(5)). */
export function processTree(root: number): number[] {
  const entries = processes()
  const tree = [root]
  for (const pid of tree) tree.push(...entries.filter(({ parent }) => parent === pid).map(({ pid: child }) => child))
  return tree
}

/** The child of `parent` that was started with this text in its command line. */
export function childNamed(parent: number, text: string): number {
  const child = processes().find((entry) => entry.parent === parent && entry.command.includes(text))
  if (child === undefined) throw new Error(`No child of process ${parent} was started with ${text}.`)
  return child.pid
}

/** The pids of processes whose environment has this variable: what an app has started and left to itself, such as engines that outlive it. */
export function withVariable(variable: string): number[] {
  return processes()
    .map(({ pid }) => pid)
    .filter((pid) => environment(pid).includes(variable))
}

/** What a process has open, in the order of its numbers: paths, or what stands for a pipe or a socket. */
export function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder)
    .sort((a, b) => Number(a) - Number(b))
    .map((fd) => readlinkSync(`${folder}/${fd}`))
}

function environment(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return [] // another's, or ended while we read
  }
}

/** Which of these still run. */
export function alive(pids: readonly number[]): number[] {
  const running = new Set(processes().filter(({ isZombie }) => !isZombie).map(({ pid }) => pid))
  return pids.filter((pid) => running.has(pid))
}

/** SIGKILL, all at once as far as that is possible; those that have ended are passed over. */
export function killAll(pids: readonly number[]): void {
  for (const pid of alive(pids)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause
    }
  }
}

function processes(): Entry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => entry(Number(name)) ?? [])
}

function entry(pid: number): Entry | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold anything, so the fields are counted from the last one.
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(parent), isZombie: state === 'Z', command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }
  } catch {
    return undefined // ended while we read
  }
}
