import { describeRequest, describeResult } from './describe-line'
import type { OpenTable } from './open-table'
import type { LineBytes } from './read-lines'
import type { ResultIndex } from './result-index'

/** Which requests hold a text: two bytes a request. It goes on where it stopped, and looks again at requests that got their result since. */
export interface RowSearch {
  readonly text: string
  has(index: number): boolean
  /** @param wanted leaves requests out; @param isTimeUp is asked after each few hundred requests. @returns whether all that are wanted were looked at */
  goOn(table: OpenTable, wanted: (index: number) => boolean, isTimeUp: () => boolean): Promise<boolean>
}

const atOnce = 512
/** What is written in JSON as it is, whoever writes it. */
const isPlain = /^[a-z0-9 _.,:;!?()-]+$/

/** @param text the same in small letters and large; looked for in the custom_id, the question and the answer or error */
export function createRowSearch(text: string, results: ResultIndex): RowSearch {
  const needle = text.toLowerCase()
  const holds = (part: string | undefined): boolean => part?.toLowerCase().includes(needle) === true
  /** Most lines need not be parsed to see that they have it nowhere. */
  const mayHold: (line: LineBytes) => boolean = isPlain.test(needle) ? ({ bytes, end }) => end !== undefined || bytes.toString('latin1').toLowerCase().includes(needle) : () => true
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
  const look = async (table: OpenTable, group: readonly number[]): Promise<void> => {
    await table.each(
      group,
      (index, bytes, line) => {
        // A body alone has its name from its line.
        if (!mayHold(bytes) && !`request-${line}`.includes(needle)) return
        const { customId, question } = describeRequest(bytes, line, table.endpoint)
        if (holds(customId) || holds(question)) matched[index] = 1
      },
      (index, bytes) => {
        if (!mayHold(bytes)) return
        const { customId, answer, errorCode } = describeResult(bytes)
        if (holds(customId) || holds(answer) || holds(errorCode)) matched[index] = 1
      },
    )
    for (const index of group) looked[index] = sign(index)
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
        await look(table, group)
        if (isTimeUp()) return index >= table.count
      }
      return true
    },
  }
}
