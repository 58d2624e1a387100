export type SnippetKind = 'curl' | 'python' | 'javascript'

export interface SnippetFacts {
  /** Base URL with its version. */
  readonly address: string
  readonly keyFile: string
  readonly model: string
}

/** Programs that ask the gateway one question; each reads the key from its file, so that it stands in no script. */
export const snippets: Record<SnippetKind, (facts: SnippetFacts) => string> = {
  curl: ({ address, keyFile, model }) => `curl ${address}/chat/completions \\
  -H "Authorization: Bearer $(cat '${keyFile}')" \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })}'`,
  python: ({ address, keyFile, model }) => `from pathlib import Path
from openai import OpenAI

key = Path(${JSON.stringify(keyFile)}).read_text().strip()
client = OpenAI(base_url=${JSON.stringify(address)}, api_key=key)
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
  javascript: ({ address, keyFile, model }) => `import { readFileSync } from 'node:fs'
import OpenAI from 'openai'

const apiKey = readFileSync(${JSON.stringify(keyFile)}, 'utf8').trim()
const client = new OpenAI({ baseURL: ${JSON.stringify(address)}, apiKey })
const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(answer.choices[0].message.content)`,
}
