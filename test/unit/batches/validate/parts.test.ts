import { createEarlierLines } from '@main/batches/validate/earlier-lines'
import { createSeenIds } from '@main/batches/validate/seen-ids'
import { describe, expect, test } from 'vitest'

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `request-${index}`)

describe('ids that were seen', () => {
  test('are all known again, and no other is taken for one of them', () => {
    const all = names(100_000)
    const seen = createSeenIds({ seed: 11 })
    const idOf = (line: number): string | undefined => all[line - 1]
    expect(all.filter((id, index) => seen.earlierLineOf(id, index + 1, idOf) !== undefined)).toEqual([])
    expect(all.filter((id, index) => seen.earlierLineOf(id, 200_000, idOf) !== index + 1)).toEqual([])
  })

  test('are told apart where their hashes are the same', () => {
    const all = names(300)
    const seen = createSeenIds({ seed: 0, hash: () => [5, 2 ** 32 - 1] })
    const idOf = (line: number): string | undefined => all[line - 1]
    for (const [index, id] of all.entries()) expect(seen.earlierLineOf(id, index + 1, idOf)).toBeUndefined()
    for (const [index, id] of all.entries()) expect(seen.earlierLineOf(id, 1000, idOf)).toBe(index + 1)
  })

  test('that look alike are rare: an earlier line is hardly ever read for nothing', () => {
    const seen = createSeenIds({ seed: 3 })
    let reads = 0
    for (const [index, id] of names(200_000).entries()) {
      seen.earlierLineOf(id, index + 1, () => {
        reads++
        return undefined
      })
    }
    expect(reads).toBeLessThan(10)
  })
})

describe('earlier lines', () => {
  test('are read again, short ones and very long ones', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `${index}:${'x'.repeat(index % 97 === 0 ? 100_000 : index % 13)}`)
    const file = Buffer.from(lines.join('\n'))
    const earlier = createEarlierLines((target, offset) => file.copy(target, 0, offset))
    let offset = 0
    for (const [index, line] of lines.entries()) {
      earlier.began(index + 1, offset)
      offset += line.length + 1
      for (const back of [1, 2, 63, 64, 65, 500]) if (index >= back) expect(earlier.read(index + 1 - back).toString()).toBe(lines[index - back])
    }
  })
})
