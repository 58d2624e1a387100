import { createHash } from 'node:crypto'
import { mkdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AgentFile } from '@shared/agents/agent'
import { FirstError } from '@shared/errors'
import { createFileOnce, isErrno, writeFileAtomic } from '../storage/atomic-file'

export interface FoundFile {
  /** A link's target, so that the link stays one. */
  readonly path: string
  /** Absent: there is none. */
  readonly text?: string
  /** Permission bits; of a new file its owner's alone. */
  readonly mode: number
}

const ownersAlone = 0o600

/** @throws FirstError `access_denied` for a file that is there and cannot be read */
export async function findAgentFile(folder: string, { name, otherName }: AgentFile): Promise<FoundFile> {
  const other = otherName === undefined ? undefined : await readAgentFile(join(folder, otherName))
  return other?.text === undefined ? await readAgentFile(join(folder, name)) : other
}

/** @throws FirstError `access_denied` for a file that is there and cannot be read */
export async function readAgentFile(named: string): Promise<FoundFile> {
  try {
    const path = await realpath(named)
    return { path, text: await readFile(path, 'utf8'), mode: (await stat(path)).mode & 0o777 }
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return { path: named, mode: ownersAlone }
    throw notUsable(named, 'read', cause)
  }
}

/** Writes in one step, for the owner alone where it holds a key. @throws FirstError `access_denied` or `disk_full` */
export async function writeAgentFile(path: string, text: string, mode: number): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFileAtomic(path, text, mode)
  } catch (cause) {
    throw notUsable(path, 'written', cause)
  }
}

export async function removeAgentFile(path: string): Promise<void> {
  await rm(path, { force: true })
}

/** Keeps what is there beside it; an earlier backup that says something else stays too. @returns its path */
export async function backUp(path: string, text: string): Promise<string> {
  for (let count = 1; ; count++) {
    const backup = `${path}.before-first-desktop${count === 1 ? '' : `-${count}`}`
    try {
      if ((await createFileOnce(backup, text, ownersAlone)) === text) return backup
    } catch (cause) {
      throw notUsable(backup, 'written', cause)
    }
  }
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function notUsable(path: string, verb: 'read' | 'written', cause: unknown): FirstError {
  const isFull = isErrno(cause, 'ENOSPC', 'EDQUOT')
  const why = isFull ? 'the disk is full' : isErrno(cause, 'EISDIR') ? 'it is a folder' : cause instanceof Error ? cause.message : String(cause)
  return new FirstError(isFull ? 'disk_full' : 'access_denied', `The file ${path} cannot be ${verb}: ${why}.`, { cause, action: 'Mend that and run the command again.' })
}
