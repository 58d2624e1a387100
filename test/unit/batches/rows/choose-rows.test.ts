import { chooseFound, chooseRows, type Chosen } from '@main/batches/rows/choose-rows'
import type { ResultKind } from '@main/batches/rows/result-index'
import fc from 'fast-check'
import { expect, test } from 'vitest'

type State = ResultKind | undefined

const resultsOf = (states: readonly State[]) => ({
  kindOf: (index: number) => states[index],
  answered: states.filter((state) => state === 'output').length,
  failed: states.flatMap((state, index) => (state === 'error' ? [index] : [])),
})
const states = fc.array(fc.constantFrom<State[]>('output', 'error', undefined), { maxLength: 60 })
const chosen: fc.Arbitrary<Chosen> = fc.record({ filter: fc.constantFrom('all', 'completed', 'failed', 'waiting'), offset: fc.nat(70), limit: fc.integer({ min: 1, max: 20 }) })

/** What the table says it shows, by looking at everything. */
function byLooking(all: readonly State[], { filter, offset, limit }: Chosen, isFound: (index: number) => boolean = () => true) {
  const wanted = { all: all.map((_, index) => index), completed: indexesOf(all, 'output'), failed: indexesOf(all, 'error'), waiting: indexesOf(all, undefined) }[filter].filter(isFound)
  const ordered = [...wanted.filter((index) => all[index] === 'error'), ...wanted.filter((index) => all[index] !== 'error')]
  return { total: ordered.length, indexes: ordered.slice(offset, offset + limit) }
}
const indexesOf = (all: readonly State[], state: State): number[] => all.flatMap((each, index) => (each === state ? [index] : []))

test('a page has what stands there when all is put in order: failures first, then the order of the file', () => {
  fc.assert(
    fc.property(states, chosen, (all, asked) => {
      expect(chooseRows(all.length, resultsOf(all), asked)).toEqual(byLooking(all, asked))
    }),
  )
})

test('a page of what was found does too', () => {
  fc.assert(
    fc.property(states, chosen, fc.integer({ min: 1, max: 5 }), (all, asked, every) => {
      const isFound = (index: number): boolean => index % every === 0
      expect(chooseFound(all.length, resultsOf(all), asked, isFound)).toEqual(byLooking(all, asked, isFound))
    }),
  )
})
