import type { Agent } from '@shared/agents/agent'
import { digest, readAgentFile, removeAgentFile, writeAgentFile, type FoundFile } from './agent-files'
import { editAgentFile, parseAgentFile } from './edit-file'
import { keyAt, keyPlace } from './key-place'
import type { AgentRecord, WrittenFile } from './record'
import { stepsBack } from './values'

/** A file as it is and what comes of it; without a text it is removed. */
export interface UndoneFile {
  readonly found: FoundFile
  readonly text?: string
  readonly mode: number
  /** The backup that is not needed any more. */
  readonly spent?: string
}

/** What it was before, exactly where nobody else changed a file since, and without our part where somebody did. Nothing is written. */
export async function planUndo(agent: Agent, { settings, files }: AgentRecord): Promise<readonly UndoneFile[]> {
  const undone: UndoneFile[] = []
  for (const [index, { format }] of agent.files({ ...settings, key: '' }).entries()) {
    const written = files[index]
    if (written === undefined) continue
    const found = await readAgentFile(written.path)
    if (found.text === undefined) continue
    const before = written.backup === undefined ? undefined : (await readAgentFile(written.backup.path)).text
    if (isAsWritten(found.text, written) && (before === undefined) === (written.backup === undefined)) undone.push(putBack(found, written, before))
    else {
      const key = keyAt(parseAgentFile(format, found.text, found.path), keyPlace(agent, settings)) ?? ''
      const entries = agent.files({ ...settings, key })[index]?.entries ?? []
      const earlier = before === undefined ? {} : parseAgentFile(format, before, written.backup?.path ?? found.path)
      const steps = stepsBack(parseAgentFile(format, found.text, found.path), earlier, entries)
      undone.push({ found, text: editAgentFile(format, found.text, steps, found.path), mode: found.mode })
    }
  }
  return undone
}

function isAsWritten(text: string, { sha256, hasOtherEdits }: WrittenFile): boolean {
  return hasOtherEdits !== true && digest(text) === sha256
}

function putBack(found: FoundFile, { backup }: WrittenFile, before: string | undefined): UndoneFile {
  if (backup === undefined || before === undefined) return { found, mode: found.mode }
  return { found, text: before, mode: backup.mode, spent: backup.path }
}

export async function writeUndo(files: readonly UndoneFile[]): Promise<void> {
  for (const { found, text, mode, spent } of files) {
    if (text === undefined) await removeAgentFile(found.path)
    else if (text !== found.text || mode !== found.mode) await writeAgentFile(found.path, text, mode)
    if (spent !== undefined) await removeAgentFile(spent)
  }
}
