import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { agentIds, type AgentId } from '@shared/agents/agent'
import { FirstError } from '@shared/errors'
import { isErrno, writeFileAtomic } from '../storage/atomic-file'

const writtenFile = z.object({
  path: z.string(),
  /** Of what we wrote: a file that still has it is put back exactly. */
  sha256: z.string(),
  /** Absent: there was no file. */
  backup: z.object({ path: z.string(), mode: z.number() }).optional(),
  /** Somebody else changed it between two of our changes: the backup is not all that was there. */
  hasOtherEdits: z.boolean().optional(),
})
export type WrittenFile = z.infer<typeof writtenFile>

const agentRecord = z.object({
  /** Of the key that was made for it; absent when one was there. */
  keyId: z.string().optional(),
  settings: z.object({ baseUrl: z.string(), model: z.string(), contextTokens: z.number().optional() }),
  files: z.array(writtenFile),
})
export type AgentRecord = z.infer<typeof agentRecord>

const agentRecords = z.partialRecord(z.enum(agentIds), agentRecord)
export type AgentRecords = z.infer<typeof agentRecords>

/** What was done to the files of agents, so that it can be undone; kept in the data directory. */
export interface AgentRecordStore {
  load(): Promise<AgentRecords>
  /** Without a record the agent is forgotten. */
  save(id: AgentId, record: AgentRecord | undefined): Promise<void>
}

export function createAgentRecords(dataDir: string): AgentRecordStore {
  const path = join(dataDir, 'agents.json')
  const load = async (): Promise<AgentRecords> => {
    try {
      return agentRecords.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (cause) {
      if (isErrno(cause, 'ENOENT')) return {}
      throw new FirstError('data_unreadable', `The file ${path}, which says what was done to agents, cannot be read.`, { cause, action: 'Move it away; what it knew must then be undone by hand, from the backups beside the files.' })
    }
  }
  return {
    load,
    async save(id, record) {
      const others = Object.entries(await load()).filter(([each]) => each !== id)
      await writeFileAtomic(path, `${JSON.stringify(Object.fromEntries(record === undefined ? others : [...others, [id, record]]), null, 2)}\n`)
    },
  }
}
