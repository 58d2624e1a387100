import { providerName, providerTitle, type Agent } from './agent'

/** OpenCode, over Chat Completions (opencode.ai/docs/providers, "Custom provider"). */
export const opencode: Agent = {
  id: 'opencode',
  title: 'OpenCode',
  folder: '~/.config/opencode',
  files: ({ baseUrl, key, model, contextTokens }) => [
    {
      name: 'opencode.json',
      otherName: 'opencode.jsonc',
      format: 'json',
      entries: [
        { path: ['model'], value: `${providerName}/${model}` },
        {
          path: ['provider', providerName],
          isOurs: true,
          value: {
            npm: '@ai-sdk/openai-compatible',
            name: providerTitle,
            options: { baseURL: `${baseUrl}/v1`, apiKey: key },
            // A limit needs both numbers; a quarter leaves room for the work itself.
            models: { [model]: { name: model, ...(contextTokens !== undefined && { limit: { context: contextTokens, output: Math.floor(contextTokens / 4) } }) } },
          },
        },
      ],
    },
  ],
}
