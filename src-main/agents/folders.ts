import { isAbsolute, join } from 'node:path'
import type { AgentId } from '@shared/agents/agent'

/** Whose files they are. */
export interface Person {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The variable that moves an agent's folder, where it has one, and where it is without. */
const folders: Readonly<Record<AgentId, { readonly variable?: string; readonly usual: (person: Person) => string }>> = {
  opencode: { usual: ({ home, env }) => join(absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'opencode') },
  pi: { variable: 'PI_CODING_AGENT_DIR', usual: ({ home }) => join(home, '.pi/agent') },
  codex: { variable: 'CODEX_HOME', usual: ({ home }) => join(home, '.codex') },
  claude: { variable: 'CLAUDE_CONFIG_DIR', usual: ({ home }) => join(home, '.claude') },
}

/** Where an agent keeps its files. */
export function agentFolder(id: AgentId, person: Person): string {
  const { variable, usual } = folders[id]
  return (variable === undefined ? undefined : absolute(person.env[variable])) ?? usual(person)
}

/** The XDG specification says to ignore a relative path; from another folder it would be another file. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}
