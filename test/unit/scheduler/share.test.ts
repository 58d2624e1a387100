import { share, type Claim, type Room } from '@main/scheduler/share'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const claim = (key: string, more: Partial<Claim> = {}): Claim => ({ key, hot: 0, min: 0, needed: 0, wanted: more.needed ?? 0, held: 0, unit: { nodes: 1 }, waitMs: 0, usedAtMs: 0, ...more })
const shared = (room: Room, ...claims: readonly Claim[]): Record<string, number> => Object.fromEntries(share(claims, room))

describe('a cluster is shared', () => {
  test('as everyone wants while there is room', () => {
    expect(shared({ nodes: 5 }, claim('a', { needed: 2 }), claim('b', { needed: 3 }))).toEqual({ a: 2, b: 3 })
    expect(shared({}, claim('a', { needed: 200 }))).toEqual({ a: 200 })
  })

  test('hot models first, then the least number of each, then by need, then what is kept warm', () => {
    const hot = claim('hot', { hot: 1, min: 1, needed: 1 })
    const least = claim('least', { min: 1, needed: 1 })
    const needed = claim('needed', { needed: 1 })
    const warm = claim('warm', { wanted: 1 })
    const all = [warm, needed, least, hot]
    expect([1, 2, 3, 4].map((nodes) => Object.entries(shared({ nodes }, ...all)).flatMap(([key, count]) => (count > 0 ? [key] : [])))).toEqual([['hot'], ['least', 'hot'], ['needed', 'least', 'hot'], ['warm', 'needed', 'least', 'hot']])
  })

  test('evenly by what is used, so that a busy model starves none', () => {
    expect(shared({ nodes: 6 }, claim('busy', { needed: 10, held: 6 }), claim('other', { needed: 3 }))).toEqual({ busy: 3, other: 3 })
    expect(shared({ nodes: 8 }, claim('big', { needed: 2, unit: { nodes: 4 } }), claim('small', { needed: 9 }))).toEqual({ big: 1, small: 4 })
  })

  test('with the last place to whoever has it, then to whoever waits longest', () => {
    expect(shared({ nodes: 1 }, claim('waits', { needed: 1, waitMs: 9 }), claim('has', { needed: 1, held: 1 }))).toEqual({ waits: 0, has: 1 })
    expect(shared({ nodes: 1 }, claim('new', { needed: 1, waitMs: 1 }), claim('old', { needed: 1, waitMs: 2 }))).toEqual({ new: 0, old: 1 })
  })

  test('keeps warm what was used last', () => {
    expect(shared({ nodes: 1 }, claim('before', { wanted: 1, usedAtMs: 1 }), claim('last', { wanted: 1, usedAtMs: 2 }))).toEqual({ before: 0, last: 1 })
  })

  test('by GPUs and memory too, and never with one that does not fit', () => {
    expect(shared({ gpus: 4 }, claim('a', { needed: 3, unit: { gpus: 2 } }), claim('b', { needed: 1, unit: { gpus: 8 } }))).toEqual({ a: 2, b: 0 })
    expect(shared({ memoryMb: 100 }, claim('a', { needed: 1, unit: { memoryMb: 60 }, waitMs: 1 }), claim('b', { needed: 1, unit: { memoryMb: 60 } }))).toEqual({ a: 1, b: 0 })
  })

  test('never beyond its room, never with more than is wanted, and with nothing left over that one could use', () => {
    const claims = fc.array(fc.record({ needed: fc.nat(6), more: fc.nat(3), nodes: fc.integer({ min: 1, max: 4 }), held: fc.nat(3), waitMs: fc.nat(9) }), { maxLength: 8 })
    fc.assert(
      fc.property(claims, fc.integer({ min: 1, max: 20 }), (given, nodes) => {
        const all = given.map(({ needed, more, nodes: each, ...rest }, index) => claim(`m${index}`, { needed, wanted: needed + more, unit: { nodes: each }, ...rest }))
        const granted = share(all, { nodes })
        const used = all.reduce((sum, { key, unit }) => sum + (granted.get(key) ?? 0) * (unit.nodes ?? 0), 0)
        expect(used).toBeLessThanOrEqual(nodes)
        for (const { key, wanted, unit } of all) {
          const count = granted.get(key) ?? 0
          expect(count).toBeLessThanOrEqual(wanted)
          if (count < wanted) expect(used + (unit.nodes ?? 0)).toBeGreaterThan(nodes)
        }
      }),
    )
  })
})
