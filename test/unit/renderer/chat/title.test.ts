import { describe, expect, it } from 'vitest'
import { deriveTitle } from '@renderer/features/chat/engine/title'
import { tokensPerSecond } from '@renderer/features/chat/engine/speed'

describe('the title of a chat', () => {
  it.each([
    ['Why is the sky blue? And the sea?', 'Why is the sky blue?'],
    ['Explain tides.', 'Explain tides'],
    ['## Plan\n\nWrite it', 'Plan'],
    ['- **Fix** the `main` loop', 'Fix the main loop'],
    ['See [the docs](https://a.b) please', 'See the docs please'],
    ['```python\nprint(1)\n```', 'print(1)'],
    ['What is 3.14 times 2', 'What is 3.14 times 2'],
    ['今日は？ はい', '今日は？'],
    ['   \n  ', 'New chat'],
  ])('of %j is %j', (text, expected) => {
    expect(deriveTitle(text)).toBe(expected)
  })

  it('is at most sixty characters, cut between words, and never through a character', () => {
    const title = deriveTitle('Compare the finite element method with the finite volume method in detail')
    expect(title).toBe('Compare the finite element method with the finite volume…')
    const long = Array.from(deriveTitle('😀'.repeat(90)))
    expect(long).toHaveLength(60)
    expect(long[0]).toBe('😀')
  })
})

describe('tokens a second', () => {
  it('count from the first token to the last', () => {
    expect(tokensPerSecond({ usage: { promptTokens: 1, completionTokens: 101, isEstimated: false }, timing: { firstTokenMs: 900, streamMs: 2000 } })).toBe(50)
  })

  it('are not told of an answer too short to say', () => {
    expect(tokensPerSecond({ usage: { promptTokens: 1, completionTokens: 1, isEstimated: false }, timing: { firstTokenMs: 9, streamMs: 0 } })).toBeUndefined()
  })
})
