import { providerName, type Agent } from './agent'

/** Pi, over Chat Completions (its docs/models.md and docs/settings.md). */
export const pi: Agent = {
  id: 'pi',
  title: 'Pi',
  folder: '~/.pi/agent',
  files: ({ baseUrl, key, model, contextTokens }) => [
    {
      name: 'models.json',
      format: 'json',
      entries: [
        {
          path: ['providers', providerName],
          isOurs: true,
          value: { baseUrl: `${baseUrl}/v1`, api: 'openai-completions', apiKey: key, models: [{ id: model, ...(contextTokens !== undefined && { contextWindow: contextTokens, maxTokens: Math.floor(contextTokens / 4) }) }] },
        },
      ],
    },
    {
      name: 'settings.json',
      format: 'json',
      entries: [
        { path: ['defaultProvider'], value: providerName },
        { path: ['defaultModel'], value: model },
      ],
    },
  ],
}
