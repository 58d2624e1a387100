import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { quoteArgv, quoteWord } from '@main/clusters/commands/quote'
import { shellWord } from '@main/clusters/jobs/shell-text'
import { describe, expect, test } from 'vitest'

const hostile = fc.constantFrom("'", '"', '\\', '$', '`', '$(id)', '${HOME}', '!', '*', '~', '#', '\n', '\t', ' ', ';', '&', '|', '>', '-', '=', 'ü', '😀')
const word = fc.oneof(fc.array(fc.oneof(hostile, fc.string({ unit: 'binary' })), { maxLength: 12 }).map((parts) => parts.join('')), fc.string()).map((text) => Buffer.from(text.replaceAll('\0', '')).toString())
const words = fc.array(word, { minLength: 1, maxLength: 8 })
const shells = ['sh', 'bash']

/** What a shell makes of the words that follow a command. */
const run = (shell: string, line: string, env: Record<string, string> = {}): string[] =>
  execFileSync(shell, ['-c', line], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], ...env } }).split('\0').slice(0, -1)
const print = (words: string): string => `printf '%s\\0' ${words}`

describe.each(shells)('in %s', (shell) => {
  test('every word comes back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(words, (argv) => {
        expect(run(shell, print(quoteArgv(argv)))).toEqual(argv)
      }),
      { numRuns: 150 },
    )
  })

  test('a line that is quoted twice, as for a shell that starts a shell, comes back too', () => {
    fc.assert(
      fc.property(words, (argv) => {
        expect(run('sh', quoteArgv([shell, '-c', print(quoteArgv(argv))]))).toEqual(argv)
      }),
      { numRuns: 50 },
    )
  })

  test('values of a node come into a word as they are, and nothing else of it is read', () => {
    fc.assert(
      fc.property(word, word, word, (before, after, key) => {
        expect(run(shell, print(shellWord([before, { value: 'key' }, after])), { fd_key: key })).toEqual([before + key + after])
      }),
      { numRuns: 100 },
    )
  })
})

test('what no argument can hold is refused', () => {
  expect(() => quoteWord('a\0b')).toThrow(RangeError)
})
