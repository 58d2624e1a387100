import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldDeltas } from '@main/translate/fold'
import { createThinkSplitter } from '@main/translate/think-splitter'

function split(...pieces: string[]) {
  const splitter = createThinkSplitter()
  return foldDeltas([...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end(), { kind: 'end', stop: 'end' }]).parts
}

describe('thinking inside a text', () => {
  it('is reasoning, whatever the pieces', () => {
    const text = fc.array(fc.constantFrom('<think>', '</think>', '<', '</th', 'a', '\n', ' ')).map((pieces) => pieces.join(''))
    fc.assert(fc.property(text, (whole) => {
      expect(split(...Array.from(whole))).toEqual(split(whole))
    }))
    expect(split('\n<thi', 'nk>hm</th', 'ink>\n', '\nSure.')).toEqual([{ kind: 'reasoning', text: 'hm' }, { kind: 'text', text: 'Sure.' }])
  })

  it('is only taken out at the beginning', () => {
    expect(split('Write <think>x</think>')).toEqual([{ kind: 'text', text: 'Write <think>x</think>' }])
  })

  it('that never ends is all reasoning', () => {
    expect(split('<think>hm</thi')).toEqual([{ kind: 'reasoning', text: 'hm</thi' }])
  })
})
