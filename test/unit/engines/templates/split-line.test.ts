import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillText } from '@main/engines/templates/launch-text'
import { LineProblem, splitLine } from '@main/engines/templates/split-line'

const split = (line: string): string[] => splitLine(line).map((word) => fillText(word, (name) => `<${name}>`))

/** Three ways in which people quote a word for a shell. */
const quotings: readonly ((word: string) => string)[] = [
  (word) => `'${word.replaceAll('${', () => '$${').replaceAll("'", `'\\''`)}'`,
  (word) => `"${word.replace(/[\\"`$]/g, '\\$&')}"`,
  (word) => (word === '' ? '""' : word.replace(/[^\w]/g, (char) => (char === '\n' ? `'\n'` : `\\${char}`))),
]

describe('a launch line', () => {
  it.each([
    ['vllm serve  m\t--port 1', ['vllm', 'serve', 'm', '--port', '1']],
    ['a\n  b', ['a', 'b']],
    [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
    [`a --x='{"y": "z"}'`, ['a', '--x={"y": "z"}']],
    [`a "" ''`, ['a', '', '']],
    [`a "b\\"c\\n" 'd\\e'`, ['a', 'b"c\\n', 'd\\e']],
    ['a \\\n b', ['a', 'b']],
    [`a 'cost: $HOME; | > ~' ~x b~`, ['a', 'cost: $HOME; | > ~', '~x', 'b~']],
    ['a --port=${port} "${model} x" \'{"p": ${port}}\'', ['a', '--port=<port>', '<model> x', '{"p": <port>}']],
    ['a \\${port} "\\${port}" $${port}', ['a', '${port}', '${port}', '${port}']],
    ['a \\\\${port}', ['a', '\\<port>']],
    ['a $ 5$', ['a', '$', '5$']],
  ])('%j is %j', (line, words) => {
    expect(split(line)).toEqual(words)
  })

  it.each([
    [`a 'b`, 3, "' is not closed"],
    [`a b"c`, 4, '" is not closed'],
    ['a \\', 3, 'after the backslash'],
    ['a ${port', 3, 'not closed by }'],
    ['a | tee log', 3, 'a shell'],
    ['a && b', 3, 'a shell'],
    ['a > log', 3, 'a shell'],
    ['a $HOME/x', 3, '$HOME'],
    ['a "$(date)"', 4, '$('],
    ['a `date`', 3, 'a shell'],
    ['a ~/x', 3, 'whole path'],
    ['X=1 a', 1, '«env»'],
    ['  ', 1, 'no command'],
  ])('%j is refused at column %i', (line, column, message) => {
    const refusal = refusalOf(line)
    expect(refusal.column).toBe(column)
    expect(refusal.message).toContain(message)
  })

  it('gives back any words, however they were quoted', () => {
    const word = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('$', '{', '}', "'", '"', '\\', ' ', '\n', 'a', '~', '|', '`') }))
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.constantFrom(...quotings)), { minLength: 1 }), (words) => {
        const line = ['engine', ...words.map(([text, quote]) => quote(text))].join(' ')
        expect(split(line)).toEqual(['engine', ...words.map(([text]) => text)])
      }),
      { numRuns: 500 },
    )
  })

  it('is split or refused with a column within it, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', "'", '"', '\\', ' ', '\n', 'a', '=', '~', '|') }), (line) => {
        try {
          expect(splitLine(line).length).toBeGreaterThan(0)
        } catch (cause) {
          if (!(cause instanceof LineProblem)) throw cause
          expect(cause.column).toBeGreaterThanOrEqual(1)
          expect(cause.column).toBeLessThanOrEqual(Math.max(1, line.length))
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function refusalOf(line: string): LineProblem {
  try {
    splitLine(line)
  } catch (cause) {
    if (cause instanceof LineProblem) return cause
    throw cause
  }
  throw new Error(`${line} was taken`)
}
