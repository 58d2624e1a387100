import type { Agent, AgentSettings } from '@shared/agents/agent'
import { isGroup, valueAt, type ConfigValues } from './values'

/** Where an agent's files hold the key. */
export interface KeyPlace {
  readonly file: string
  readonly path: readonly string[]
}

const sought = 'the key'

export function keyPlace(agent: Agent, settings: Omit<AgentSettings, 'key'>): KeyPlace {
  for (const { name, entries } of agent.files({ ...settings, key: sought }))
    for (const { path, value } of entries) {
      const inner = pathTo(value)
      if (inner !== undefined) return { file: name, path: [...path, ...inner] }
    }
  throw new Error(`the files of ${agent.id} hold no key`)
}

/** The key of ours that stands at the place, if one does. */
export function keyAt(values: ConfigValues, place: KeyPlace): string | undefined {
  const found = valueAt(values, place.path)
  return typeof found === 'string' && found.startsWith('fd-') ? found : undefined
}

function pathTo(value: unknown): readonly string[] | undefined {
  if (value === sought) return []
  if (!isGroup(value)) return undefined
  for (const [name, inner] of Object.entries(value)) {
    const rest = pathTo(inner)
    if (rest !== undefined) return [name, ...rest]
  }
  return undefined
}
