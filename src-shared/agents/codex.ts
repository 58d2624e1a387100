import { providerName, providerTitle, type Agent } from './agent'

/** Codex, over Responses: the only protocol it speaks (its docs/config.md). A bearer token in the file spares an environment variable. */
export const codex: Agent = {
  id: 'codex',
  title: 'Codex',
  folder: '~/.codex',
  files: ({ baseUrl, key, model, contextTokens }) => [
    {
      name: 'config.toml',
      format: 'toml',
      entries: [
        { path: ['model'], value: model },
        { path: ['model_provider'], value: providerName },
        ...(contextTokens === undefined ? [] : [{ path: ['model_context_window'], value: contextTokens }]),
        { path: ['model_providers', providerName], isOurs: true, value: { name: providerTitle, base_url: `${baseUrl}/v1`, wire_api: 'responses', experimental_bearer_token: key } },
      ],
    },
  ],
}
