import fc from 'fast-check'
import { matchesPattern } from '@main/identity/pattern'
import { describe, expect, test } from 'vitest'

describe('a pattern of names', () => {
  test.each([
    ['gpt-oss-20b', 'gpt-oss-20b', true],
    ['gpt-oss-20b', 'gpt-oss-20', false],
    ['gpt-oss-20b', 'GPT-OSS-20B', false],
    ['*', 'anything/at all', true],
    ['*', '', true],
    ['meta-llama/*', 'meta-llama/Llama-3.1-8B-Instruct', true],
    ['meta-llama/*', 'not-meta-llama/x', false],
    ['*-Instruct', 'meta-llama/Llama-3.1-8B-Instruct', true],
    ['meta*8B*Instruct', 'meta-llama/Llama-3.1-8B-Instruct', true],
    ['a*b*a', 'aba', true],
    ['a*b*a', 'aa', false],
    ['ab*ba', 'aba', false],
    ['a*bc*c', 'abc', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, name, isMatch) => {
    expect(matchesPattern(pattern, name)).toBe(isMatch)
  })

  test('means what a star between its parts means', () => {
    const letters = fc.stringMatching(/^[ab/*]{0,8}$/)
    fc.assert(
      fc.property(letters, letters, (pattern, name) => {
        const meaning = new RegExp(`^${pattern.split('*').map((part) => part.replaceAll('/', '\\/')).join('.*')}$`)
        expect(matchesPattern(pattern, name)).toBe(meaning.test(name))
      }),
      { numRuns: 2000 },
    )
  })
})
