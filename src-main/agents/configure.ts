import type { Agent, AgentFile, AgentSettings } from '@shared/agents/agent'
import { FirstError } from '@shared/errors'
import { backUp, digest, findAgentFile, readAgentFile, writeAgentFile, type FoundFile } from './agent-files'
import { editAgentFile, parseAgentFile } from './edit-file'
import { keyAt, keyPlace } from './key-place'
import type { AgentRecord, WrittenFile } from './record'
import { stepsTo } from './values'

/** The files of an agent as they are. */
export interface AgentState {
  readonly agent: Agent
  readonly files: readonly { readonly found: FoundFile; readonly file: Pick<AgentFile, 'name' | 'format'> }[]
}

/** A file as it is and as it is to be. */
export interface PlannedFile {
  readonly found: FoundFile
  readonly text: string
}

export async function readAgent(agent: Agent, folder: string): Promise<AgentState> {
  const files = agent.files({ baseUrl: '', key: '', model: '' })
  return { agent, files: await Promise.all(files.map(async (file) => ({ file, found: await findAgentFile(folder, file) }))) }
}

/** The key of ours that the files hold. @throws FirstError `config_invalid` for a file that cannot be parsed */
export function presentKey({ agent, files }: AgentState): string | undefined {
  const place = keyPlace(agent, { baseUrl: '', model: '' })
  const holder = files.find(({ file }) => file.name === place.file)
  if (holder?.found.text === undefined) return undefined
  return keyAt(parseAgentFile(holder.file.format, holder.found.text, holder.found.path), place)
}

/** Each file as it is to be. Nothing is written. @throws FirstError `config_invalid` for a file that cannot be parsed or edited safely */
export function planAgent({ agent, files }: AgentState, settings: AgentSettings): readonly PlannedFile[] {
  return agent.files(settings).flatMap(({ name, format, entries }) => {
    const found = files.find(({ file }) => file.name === name)?.found
    if (found === undefined) return []
    const text = found.text ?? ''
    const steps = stepsTo(parseAgentFile(format, text, found.path), entries)
    return [{ found, text: editAgentFile(format, text, steps, found.path) }]
  })
}

export function isChange({ found, text }: PlannedFile): boolean {
  return (found.text ?? '') !== text
}

/**
 * Writes what is planned, a backup of each file first.
 * @param earlier what an earlier run did to this agent
 * @returns the files for the record, also those that are as they should be
 * @throws FirstError `config_invalid` when a file is not any more what was planned for
 */
export async function writePlan(plan: readonly PlannedFile[], key: string, earlier: AgentRecord | undefined): Promise<WrittenFile[]> {
  for (const { found } of plan) await requireUnchanged(found)
  const written: WrittenFile[] = []
  for (const planned of plan) written.push(await writeOne(planned, key, earlier?.files.find(({ path }) => path === planned.found.path)))
  return written
}

async function writeOne(planned: PlannedFile, key: string, earlier: WrittenFile | undefined): Promise<WrittenFile> {
  const { found, text } = planned
  const { path, mode } = found
  const hasOtherEdits = earlier !== undefined && (earlier.hasOtherEdits === true || earlier.sha256 !== digest(found.text ?? ''))
  const backup = earlier === undefined ? found.text === undefined ? undefined : { path: await backUp(path, found.text), mode } : earlier.backup
  if (isChange(planned)) await writeAgentFile(path, text, text.includes(key) ? 0o600 : mode)
  return { path, sha256: digest(text), ...(backup !== undefined && { backup }), ...(hasOtherEdits && { hasOtherEdits }) }
}

async function requireUnchanged({ path, text }: FoundFile): Promise<void> {
  if ((await readAgentFile(path)).text !== text) throw new FirstError('config_invalid', `The file ${path} has changed meanwhile.`, { action: 'Run the command again; the file was left as it is.' })
}
