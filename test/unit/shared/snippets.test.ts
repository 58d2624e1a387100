import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { snippets, type Snippet } from '@shared/snippets'

const settings = { baseUrl: 'http://127.0.0.1:3477', key: 'fd-secret', model: "lab's \"own\" model" }
const all = snippets(settings)
const find = (id: string): Snippet => all.find((snippet) => snippet.id === id)!

describe('snippets', () => {
  test('there is one for curl, Python, JavaScript and each file of each agent', () => {
    expect(all.map(({ id }) => id)).toEqual(['curl', 'python', 'javascript', 'opencode', 'pi', 'pi-settings', 'codex', 'claude'])
    expect(all.flatMap(({ file }) => file ?? [])).toEqual(['~/.config/opencode/opencode.json', '~/.pi/agent/models.json', '~/.pi/agent/settings.json', '~/.codex/config.toml', '~/.claude/settings.json'])
  })

  test('each names the model, however it is spelt, and all but a bare setting the address', () => {
    for (const { id, text } of all) {
      if (id !== 'curl') expect(text).toContain(JSON.stringify(settings.model).slice(1, -1))
      if (id !== 'pi-settings') expect(text).toContain(settings.baseUrl)
    }
  })

  test('curl survives a quote in the name of a model', () => {
    expect(find('curl').text).toContain(String.raw`lab'\''s \"own\" model`)
  })

  test('those of agents are whole files of their format', () => {
    for (const { language, text } of all) {
      if (language === 'json') expect(() => void JSON.parse(text)).not.toThrow()
      if (language === 'toml') expect(parse(text)).toEqual({
        model: settings.model,
        model_provider: 'first-desktop',
        model_providers: { 'first-desktop': { name: 'FIRST Desktop', base_url: 'http://127.0.0.1:3477/v1', wire_api: 'responses', experimental_bearer_token: 'fd-secret' } },
      })
    }
  })

  test('OpenCode is given a provider of its own and Claude Code its variables, without a path', () => {
    expect(JSON.parse(find('opencode').text)).toMatchObject({
      model: `first-desktop/${settings.model}`,
      provider: { 'first-desktop': { npm: '@ai-sdk/openai-compatible', options: { baseURL: 'http://127.0.0.1:3477/v1', apiKey: 'fd-secret' }, models: { [settings.model]: {} } } },
    })
    expect(JSON.parse(find('claude').text)).toMatchObject({ env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:3477', ANTHROPIC_AUTH_TOKEN: 'fd-secret', ANTHROPIC_MODEL: settings.model } })
  })
})
