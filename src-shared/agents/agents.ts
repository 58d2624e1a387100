import type { Agent, AgentId } from './agent'
import { claude } from './claude'
import { codex } from './codex'
import { opencode } from './opencode'
import { pi } from './pi'

export const agents: Readonly<Record<AgentId, Agent>> = { opencode, pi, codex, claude }
