import type { Agent } from './agent'

/** Claude Code, over Messages; it appends the path itself (docs.anthropic.com, Claude Code, "LLM gateway"). Its lesser models are the same one: it asks for them by name. */
export const claude: Agent = {
  id: 'claude',
  title: 'Claude Code',
  folder: '~/.claude',
  files: ({ baseUrl, key, model }) => {
    const variables = {
      ANTHROPIC_BASE_URL: baseUrl,
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: model,
      ANTHROPIC_DEFAULT_OPUS_MODEL: model,
      ANTHROPIC_DEFAULT_SONNET_MODEL: model,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    }
    return [{ name: 'settings.json', format: 'json', entries: Object.entries(variables).map(([name, value]) => ({ path: ['env', name], value })) }]
  },
}
