import { createLoadProgress } from '@main/engines/llama/load-progress'
import { createOutputTail } from '@main/engines/llama/output-tail'
import { describe, expect, it } from 'vitest'

describe('the tail of what a child prints', () => {
  it('is the last 8 KB, from the start of a line', () => {
    const tail = createOutputTail()
    for (let line = 0; line < 5000; line++) tail.add(`line ${line} äöü\n`)
    expect(Buffer.byteLength(tail.text())).toBeLessThanOrEqual(8192)
    expect(tail.text()).toMatch(/^line \d+ äöü\n/)
    expect(tail.text()).toContain('line 4999')
  })

  it('names the cause, not what followed from it', () => {
    const tail = createOutputTail()
    tail.add("loading\nllama_model_load: error loading model: unknown model architecture: 'x'\nfailed to load\n[ERROR] loadModel: failed\nbye\n")
    expect(tail.complaint()).toContain('unknown model architecture')
  })

  it('falls back to the last line', () => {
    const tail = createOutputTail()
    expect(tail.complaint()).toBe('')
    tail.add('one\ntwo\n\n')
    expect(tail.complaint()).toBe('two')
  })
})

describe('the progress of a load', () => {
  it('counts the dots of llama.cpp, and no others', () => {
    const fractions: number[] = []
    const follow = createLoadProgress((fraction) => void fractions.push(fraction))
    for (const text of ['load_tensors: ... done\n', '.', '.........', '\n', 'a. b.\n', '.'.repeat(200)]) follow(text)
    expect(fractions).toEqual([0.01, 0.1, 1])
  })
})
