import type { AgentSettings } from './agents/agent'
import { agents } from './agents/agents'
import { configText } from './agents/config-text'

export interface Snippet {
  readonly id: string
  readonly title: string
  readonly language: 'bash' | 'python' | 'javascript' | 'json' | 'toml'
  /** Where it goes, for an agent: `~/.codex/config.toml`. */
  readonly file?: string
  readonly text: string
}

/**
 * Texts that are ready to paste, for scripts and for each agent.
 * `baseUrl` has no path (`http://127.0.0.1:3477`).
 */
export function snippets(settings: AgentSettings): readonly Snippet[] {
  return [
    { id: 'curl', title: 'curl', language: 'bash', text: curl(settings) },
    { id: 'python', title: 'Python', language: 'python', text: python(settings) },
    { id: 'javascript', title: 'JavaScript', language: 'javascript', text: javascript(settings) },
    ...Object.values(agents).flatMap((agent) =>
      agent.files(settings).map((file, index): Snippet => ({
        id: index === 0 ? agent.id : `${agent.id}-${file.name.replace(/\.\w+$/, '')}`,
        title: agent.title,
        language: file.format,
        file: `${agent.folder}/${file.name}`,
        text: configText(file),
      })),
    ),
  ]
}

const question = 'Why is the sky blue?'

function curl({ baseUrl, key, model }: AgentSettings): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: question }] })
  return `curl ${shellQuoted(`${baseUrl}/v1/chat/completions`)} \\
  -H ${shellQuoted(`Authorization: Bearer ${key}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${shellQuoted(body)}
`
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

// A string of JSON is one of Python and of JavaScript too.
const quoted = (text: string): string => JSON.stringify(text)

function python({ baseUrl, key, model }: AgentSettings): string {
  return `from openai import OpenAI

client = OpenAI(base_url=${quoted(`${baseUrl}/v1`)}, api_key=${quoted(key)})
answer = client.chat.completions.create(
    model=${quoted(model)},
    messages=[{"role": "user", "content": ${quoted(question)}}],
)
print(answer.choices[0].message.content)
`
}

function javascript({ baseUrl, key, model }: AgentSettings): string {
  return `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: ${quoted(`${baseUrl}/v1`)}, apiKey: ${quoted(key)} })
const answer = await client.chat.completions.create({
  model: ${quoted(model)},
  messages: [{ role: 'user', content: ${quoted(question)} }],
})
console.log(answer.choices[0].message.content)
`
}
