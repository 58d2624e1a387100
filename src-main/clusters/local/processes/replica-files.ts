import { appendFile, mkdir, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FirstError } from '@shared/errors'
import { z } from 'zod'
import { isErrno, writeFileAtomic } from '../../../storage/atomic-file'

/** Written once, before the engine starts. */
const replicaState = z.object({
  id: z.string(),
  model: z.string(),
  /** Of the process group, and of its first process. */
  pid: z.number().int().positive(),
  /** When that process started, as `ProcessTable.startOf` says it. */
  processStart: z.string().min(1),
  port: z.number().int(),
  /** Absent: the machine has none. */
  gpus: z.array(z.number().int()).optional(),
  memoryMb: z.number().optional(),
  startedAtMs: z.number(),
})
export type ReplicaState = z.infer<typeof replicaState>

const replicaEnd = z.object({ atMs: z.number(), exitCode: z.number().int().optional(), reason: z.string() })
export type ReplicaEnd = z.infer<typeof replicaEnd>

/** How a stop went so far. */
export type StopMark = 'asked' | 'killed'

/** The folder of each replica: each file has one writer, so that none is read and written back. */
export interface ReplicaFiles {
  readonly root: string
  folder(id: string): string
  logFile(id: string): string
  exitFile(id: string): string
  /** @throws FirstError `data_dir_unusable` */
  ids(): Promise<readonly string[]>
  /** Undefined where it is missing, or is no state: `problem` hears of that. */
  state(id: string): Promise<ReplicaState | undefined>
  writeState(state: ReplicaState): Promise<void>
  /** True where no state was ever written. */
  isEmpty(id: string): Promise<boolean>
  writeKeyFile(id: string, content: string): Promise<string>
  end(id: string): Promise<ReplicaEnd | undefined>
  writeEnd(id: string, end: ReplicaEnd): Promise<void>
  stopMark(id: string): Promise<StopMark | undefined>
  writeStopMark(id: string, mark: StopMark): Promise<void>
  /** What the supervisor wrote, and when. */
  exit(id: string): Promise<{ readonly code: number; readonly atMs: number } | undefined>
  /** The last of what was printed, from the start of a line; at most so many bytes. @throws NodeJS.ErrnoException */
  logEnd(id: string, sizeBytes: number): Promise<string>
  /** Keeps a log from filling the disk; its writer appends. */
  shortenLog(id: string): Promise<void>
  remove(id: string): Promise<void>
}

/** An engine that logs each request writes this in some weeks. */
const longestLogBytes = 64 * 2 ** 20
const keptLogBytes = 256 * 2 ** 10

export function createReplicaFiles(root: string, onProblem: (id: string, problem: string) => void): ReplicaFiles {
  const at = (id: string, name: string): string => join(root, id, name)
  const json = async <T>(id: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const text = await contentOf(at(id, name))
    if (text === undefined) return undefined
    const read = parseJson(text, schema)
    if (read === undefined) onProblem(id, `${at(id, name)} is not what was written there`)
    return read
  }
  const logEnd = async (id: string, sizeBytes: number): Promise<string> => {
    const file = await open(at(id, 'log'), 'r')
    try {
      const { size } = await file.stat()
      const buffer = Buffer.alloc(Math.min(size, sizeBytes))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length)
      const text = buffer.subarray(0, bytesRead).toString('utf8')
      return size > sizeBytes ? text.slice(text.indexOf('\n') + 1) : text
    } finally {
      await file.close()
    }
  }
  return {
    root,
    folder: (id) => join(root, id),
    logFile: (id) => at(id, 'log'),
    exitFile: (id) => at(id, 'exit'),
    async ids() {
      try {
        await mkdir(root, { recursive: true, mode: 0o700 })
        return (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory() && isReplicaId(entry.name)).map(({ name }) => name)
      } catch (cause) {
        throw new FirstError('data_dir_unusable', `The folder of replicas, ${root}, cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause })
      }
    },
    state: (id) => json(id, 'state.json', replicaState),
    isEmpty: async (id) => (await contentOf(at(id, 'state.json'))) === undefined,
    writeState: (state) => writeFileAtomic(at(state.id, 'state.json'), JSON.stringify(state)),
    async writeKeyFile(id, content) {
      await writeFile(at(id, 'key'), content, { mode: 0o600 })
      return at(id, 'key')
    },
    end: (id) => json(id, 'ended.json', replicaEnd),
    writeEnd: (id, end) => writeFileAtomic(at(id, 'ended.json'), JSON.stringify(end)),
    async stopMark(id) {
      const text = await contentOf(at(id, 'stop'))
      return text === 'asked' || text === 'killed' ? text : undefined
    },
    writeStopMark: (id, mark) => writeFileAtomic(at(id, 'stop'), mark),
    async exit(id) {
      const [, code] = /^(\d+)\n/.exec((await contentOf(at(id, 'exit'))) ?? '') ?? []
      return code === undefined ? undefined : { code: Number(code), atMs: Math.round((await stat(at(id, 'exit'))).mtimeMs) }
    },
    logEnd,
    async shortenLog(id) {
      if ((await stat(at(id, 'log'))).size < longestLogBytes) return
      const end = await logEnd(id, keptLogBytes)
      await truncate(at(id, 'log'))
      await appendFile(at(id, 'log'), `(earlier lines were cut)\n${end}`)
    },
    remove: (id) => rm(join(root, id), { recursive: true, force: true }),
  }
}

/** Also the name of a folder and of a mark. */
export function isReplicaId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(id)
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    throw cause
  }
}

function parseJson<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // not JSON at all: the same to the caller
  }
}
