import { Readable } from 'node:stream'
import { defaultModel } from '@main/cli/commands/chat'
import { parseDuration } from '@main/cli/commands/key'
import type { CliContext } from '@main/cli/context'
import { runCommandLine } from '@main/cli/program'
import { table } from '@main/cli/table'
import { describe, expect, test } from 'vitest'

function context(): CliContext & { readonly said: { out: string; err: string } } {
  const said = { out: '', err: '' }
  return { env: {}, stdin: Readable.from([]), out: (text) => void (said.out += text), err: (text) => void (said.err += text), signal: new AbortController().signal, said }
}

describe('the command line', () => {
  test.each([['12h', 43_200_000], ['30d', 2_592_000_000], ['1w', 604_800_000]])('%s is a time', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each(['', '0d', '-1d', '30', '1y', 'd', '1.5h'])('"%s" is no time', (text) => {
    expect(() => parseDuration(text)).toThrow('12h, 30d or 8w')
  })

  test('a live model is asked before one that is not, and the guide only when it is alone', () => {
    const model = (id: string, status: string) => ({ id, status, clusters: ['here'] })
    expect(defaultModel([model('guide', 'live'), model('cold', 'offline'), model('warm', 'live')])).toBe('warm')
    expect(defaultModel([model('guide', 'live'), model('cold', 'offline')])).toBe('cold')
    expect(defaultModel([model('guide', 'live')])).toBe('guide')
    expect(() => defaultModel([])).toThrow('The gateway serves no model.')
  })

  test('a model that only embeds is not asked', () => {
    const model = (id: string, operations?: string[]) => ({ id, status: 'live', clusters: ['here'], ...(operations !== undefined && { operations }) })
    expect(defaultModel([model('embedder', ['embeddings']), model('unknown')])).toBe('unknown')
    expect(defaultModel([model('embedder', ['embeddings']), model('talker', ['embeddings', 'messages'])])).toBe('talker')
  })

  test('columns line up', () => {
    expect(table(['model', 'status'], [['a-long-name', 'live'], ['b', 'offline']])).toBe('model        status\na-long-name  live\nb            offline\n')
  })

  test('help goes to stdout with 0, an unknown command to stderr with 2', async () => {
    const help = context()
    expect(await runCommandLine(['--help'], help)).toBe(0)
    for (const command of ['serve', 'models', 'chat', 'key', 'doctor']) expect(help.said.out).toContain(command)
    const wrong = context()
    expect(await runCommandLine(['sevre'], wrong)).toBe(2)
    expect(wrong.said).toMatchObject({ out: '', err: expect.stringContaining('serve') as string })
  })

  test('a person who does not wait for the end of what is piped in gets out', async () => {
    const stop = new AbortController()
    const asked = { ...context(), stdin: new Readable({ read: () => stop.abort() }), signal: stop.signal }
    expect(await runCommandLine(['chat', 'hello', '--data-dir', '/nonexistent'], asked)).toBe(130)
  })

  test('nothing to ask is wrong usage', async () => {
    const asked = context()
    expect(await runCommandLine(['chat', '--data-dir', '/nonexistent'], asked)).toBe(2)
    expect(asked.said.err).toContain('nothing to ask')
  })
})
