import type { OpenTable, RequestRow } from './open-table'
import type { ResultIndex } from './result-index'

/** Which requests hold a text: two bytes a request. It goes on where it stopped, and looks again at requests that got their result since. */
export interface RowSearch {
  readonly text: string
  has(index: number): boolean
  /** @param wanted leaves requests out; @param isTimeUp is asked after each few hundred requests. @returns whether all that are wanted were looked at */
  goOn(table: OpenTable, wanted: (index: number) => boolean, isTimeUp: () => boolean): Promise<boolean>
}

const atOnce = 256

/** @param text the same in small letters and large; looked for in the custom_id, the question and the answer or error */
export function createRowSearch(text: string, results: ResultIndex): RowSearch {
  const needle = text.toLowerCase()
  const matches = ({ customId, question, result }: RequestRow): boolean => [customId, question, result?.answer, result?.errorCode].some((each) => each?.toLowerCase().includes(needle) === true)
  /** 0: not looked at; else whether it had its result then, and so one look is enough. */
  let looked = new Uint8Array(0)
  let matched = new Uint8Array(0)
  const sign = (index: number): number => (results.kindOf(index) === undefined ? 1 : 2)
  const grow = (count: number): void => {
    if (looked.length >= count) return
    const [before, beforeMatched] = [looked, matched]
    looked = new Uint8Array(count)
    matched = new Uint8Array(count)
    looked.set(before)
    matched.set(beforeMatched)
  }

  return {
    text,
    has: (index) => matched[index] === 1,
    async goOn(table, wanted, isTimeUp) {
      grow(table.count)
      for (let index = 0; index < table.count; ) {
        const group: number[] = []
        for (; index < table.count && group.length < atOnce; index++) if (looked[index] !== sign(index) && wanted(index)) group.push(index)
        if (group.length === 0) break
        for (const row of await table.read(group)) {
          looked[row.index] = sign(row.index)
          matched[row.index] = matches(row) ? 1 : 0
        }
        if (isTimeUp()) return index >= table.count
      }
      return true
    },
  }
}
