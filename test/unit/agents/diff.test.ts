import { describe, expect, test } from 'vitest'
import { unifiedDiff } from '@main/agents/diff'

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('')

describe('what is shown of a change', () => {
  test('is nothing when there is none', () => {
    expect(unifiedDiff('f', 'a\n', 'a\n')).toBe('')
  })

  test('is a unified diff with three lines around each change', () => {
    const before = numbered(20)
    const after = before.replace('line 5\n', 'line five\n').replace('line 17\n', '')
    expect(unifiedDiff('f', before, after)).toBe(
      '--- f\n+++ f\n@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+line five\n line 6\n line 7\n line 8\n@@ -14,7 +14,6 @@\n line 14\n line 15\n line 16\n-line 17\n line 18\n line 19\n line 20\n',
    )
  })

  test('of a new file is all of it', () => {
    expect(unifiedDiff('f', undefined, 'a\nb\n')).toBe('--- /dev/null\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n')
  })

  test('hides keys, ours and those of others', () => {
    const after = '"apiKey": "0123456789",\n"ANTHROPIC_AUTH_TOKEN": "abc def",\nexperimental_bearer_token = "xyz"\nnote = "fd-AAAAAAAAAAAAAAAAAAAAAAA"\nmodel = "m"\n'
    const shown = unifiedDiff('f', '', after)
    for (const secret of ['0123456789', 'abc def', 'xyz', 'AAAA']) expect(shown).not.toContain(secret)
    expect(shown).toContain('model = "m"')
  })
})
