import type { Agent } from './agent'

/**
 * Claude Code, over Messages; it appends the path itself (code.claude.com/docs, "LLM gateway" and "Environment variables").
 * Its lesser models are the same one, since it asks for them by name; of a model that it does not know it takes the largest window for granted.
 */
export const claude: Agent = {
  id: 'claude',
  title: 'Claude Code',
  folder: '~/.claude',
  files: ({ baseUrl, key, model, contextTokens }) => {
    const variables = {
      ANTHROPIC_BASE_URL: baseUrl,
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: model,
      ANTHROPIC_DEFAULT_OPUS_MODEL: model,
      ANTHROPIC_DEFAULT_SONNET_MODEL: model,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      ...(contextTokens !== undefined && { CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(contextTokens), CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(Math.floor(contextTokens / 4)) }),
    }
    return [{ name: 'settings.json', format: 'json', entries: Object.entries(variables).map(([name, value]) => ({ path: ['env', name], value })) }]
  },
}
