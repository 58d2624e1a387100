/** What an agent program is told about the gateway. */
export interface AgentSettings {
  /** Without a path: `http://127.0.0.1:3477`. */
  readonly baseUrl: string
  readonly key: string
  readonly model: string
  /** Tokens, where the gateway knows it. */
  readonly contextTokens?: number | undefined
}

/** One value in a file of an agent; where nothing is on the way to it, that is made. */
export interface ConfigEntry {
  readonly path: readonly string[]
  readonly value: string | number | object
  /** The place bears our name: whatever stands there is replaced, and taken out again. */
  readonly isOurs?: boolean
}

export interface AgentFile {
  /** Name within the agent's own folder. */
  readonly name: string
  /** A file of this name is used in its place where it is there. */
  readonly otherName?: string
  readonly format: 'json' | 'toml'
  readonly entries: readonly ConfigEntry[]
}

/** An agent program that can be pointed at the gateway. */
export interface Agent {
  readonly id: AgentId
  readonly title: string
  /** Where its folder usually is, for a person to read. */
  readonly folder: string
  files(settings: AgentSettings): readonly AgentFile[]
}

export const agentIds = ['opencode', 'pi', 'codex', 'claude'] as const
export type AgentId = (typeof agentIds)[number]

/** What the gateway is called in the files of agents. */
export const providerName = 'first-desktop'
export const providerTitle = 'FIRST Desktop'
