import { describe, expect, test } from 'vitest'
import type { ConfigEntry } from '@shared/agents/agent'
import { editAgentFile, parseAgentFile } from '@main/agents/edit-file'
import { stepsBack, stepsTo } from '@main/agents/values'

type Format = 'json' | 'toml'

const settle = (format: Format, text: string, entries: readonly ConfigEntry[]): string => editAgentFile(format, text, stepsTo(parseAgentFile(format, text, 'the file'), entries), 'the file')
const takeOut = (format: Format, text: string, before: string, entries: readonly ConfigEntry[]): string =>
  editAgentFile(format, text, stepsBack(parseAgentFile(format, text, 'the file'), parseAgentFile(format, before, 'the file'), entries), 'the file')

const json: readonly ConfigEntry[] = [
  { path: ['model'], value: 'ours/m' },
  { path: ['provider', 'ours'], value: { options: { key: 'k' } }, isOurs: true },
]
const toml: readonly ConfigEntry[] = [
  { path: ['model'], value: 'm"1' },
  { path: ['model_context_window'], value: 4096 },
  { path: ['model_providers', 'first-desktop'], value: { name: 'FIRST', base_url: 'http://x/v1' }, isOurs: true },
]

describe('a JSON file of an agent', () => {
  test('that is not there or empty becomes one with our values alone', () => {
    const expected = '{\n  "model": "ours/m",\n  "provider": {\n    "ours": {\n      "options": {\n        "key": "k"\n      }\n    }\n  }\n}\n'
    expect(settle('json', '', json)).toBe(expected)
    expect(settle('json', ' \n', json)).toBe(expected)
  })

  test('keeps comments, order, trailing commas, indentation and line ends', () => {
    const text = '{\r\n\t// mine\r\n\t"theme": "dark", /* yes */\r\n\t"model": "a/b",\r\n\t"provider": {\r\n\t\t"other": {},\r\n\t},\r\n}\r\n'
    const edited = settle('json', text, json)
    expect(edited).toContain('\t// mine\r\n\t"theme": "dark", /* yes */\r\n\t"model": "ours/m",\r\n')
    expect(edited).toContain('\t\t"ours": {\r\n\t\t\t"options"')
    expect(edited.replaceAll('\r\n', '')).not.toContain('\n')
  })

  test('is left as it is, to the byte, when it holds our values already', () => {
    const text = '{"provider":{"ours":{"options":{"key":"k"}}},   "model":"ours/m"}'
    expect(settle('json', text, json)).toBe(text)
  })

  test('that was edited since loses our part and nothing else', () => {
    const before = '{\n  // mine\n  "model": "a/b"\n}\n'
    const edited = settle('json', before, json).replace('// mine', '// mine, and more')
    expect(takeOut('json', edited, before, json)).toBe(before.replace('// mine', '// mine, and more'))
  })

  test('keeps a value that somebody else put in place of ours', () => {
    const edited = settle('json', '{}', json).replace('ours/m', 'theirs/n')
    expect(JSON.parse(takeOut('json', edited, '{}', json))).toEqual({ model: 'theirs/n' })
  })

  test('that cannot be parsed is named with its line', () => {
    expect(() => settle('json', '{\n  "a": 1\n  "b": 2\n}', json)).toThrow('The file the file cannot be read, line 3: a comma is missing.')
    expect(() => settle('json', '[]', json)).toThrow('line 1: it does not hold an object')
  })

  test('with something else on the way to our place is not overwritten', () => {
    expect(() => settle('json', '{"provider": [1]}', json)).toThrow('cannot be edited safely')
    expect(() => settle('json', '{"model": "a", "model": "b"}', json)).toThrow('cannot be edited safely')
  })
})

describe('a TOML file of an agent', () => {
  const ours = '[model_providers.first-desktop]\nname = "FIRST"\nbase_url = "http://x/v1"\n'

  test('that is not there becomes one with our values alone', () => {
    expect(settle('toml', '', toml)).toBe(`model = "m\\"1"\nmodel_context_window = 4096\n\n${ours}`)
  })

  test('keeps comments; values go to the root, the table to the end', () => {
    const text = '# mine\nmodel = "gpt" # the best\napproval_policy = "never"\n\n# tools\n[mcp_servers.a]\ncommand = "x"'
    expect(settle('toml', text, toml)).toBe(`# mine\nmodel = "m\\"1" # the best\napproval_policy = "never"\nmodel_context_window = 4096\n\n# tools\n[mcp_servers.a]\ncommand = "x"\n\n${ours}`)
  })

  test('is left as it is when it holds our values already, and gets a new table in the place of the old', () => {
    const text = `${settle('toml', '', toml)}\n# theirs\n[tui]\nx = 1\n`
    expect(settle('toml', text, toml)).toBe(text)
    const moved: ConfigEntry = { path: ['model_providers', 'first-desktop'], value: { name: 'FIRST', base_url: 'http://y/v1' }, isOurs: true }
    expect(settle('toml', text, [moved])).toBe(text.replace('http://x', 'http://y'))
  })

  test('that was edited since loses our part and nothing else', () => {
    const before = '# mine\nmodel = "gpt" # the best\n\n[tui]\nx = 1\n'
    const edited = settle('toml', before, toml).replace('x = 1', 'x = 2')
    expect(takeOut('toml', edited, before, toml)).toBe(before.replace('x = 1', 'x = 2'))
  })

  test('with line ends of Windows keeps them', () => {
    expect(settle('toml', 'a = 1\r\n', toml).replaceAll('\r\n', '')).not.toContain('\n')
  })

  test('that cannot be parsed is named with its line', () => {
    expect(() => settle('toml', 'a = 1\nb = \n', toml)).toThrow(/^The file the file cannot be read, line 2: /)
  })

  test('that spells our table another way is not overwritten', () => {
    expect(() => settle('toml', 'model_providers = { first-desktop = { name = "x" } }\n', toml)).toThrow('cannot be edited safely')
    expect(() => settle('toml', 'text = """\nmodel = "x"\n"""\n', [{ path: ['model'], value: 'y' }])).toThrow('cannot be edited safely')
    expect(() => settle('toml', 'model_providers.first-desktop.name = "x"\n', toml)).toThrow('cannot be edited safely')
  })
})
