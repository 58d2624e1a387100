import { createBlockSplitter } from '@renderer/ui/markdown/split-blocks'
import fc from 'fast-check'
import { parseMarkdownIntoBlocks } from 'streamdown'
import { describe, expect, it, vi } from 'vitest'

const pieces = [
  '# A heading\n\n',
  'A paragraph with **bold** and `code`.\n\n',
  'A lazy\nparagraph\n',
  '- one\n- two\n  - three\n\n',
  '1. first\n\n   still first\n2. second\n\n',
  '| a | b |\n| - | -: |\n| 1 | 2 |\n\n',
  '```python\nx = 1\n\ny = 2\n```\n\n',
  '```\nleft open\n',
  '$$\n\\frac{a}{b}\n\n+ c\n$$\n\n',
  '> quoted\nand lazy\n\n',
  '<details>\n<summary>More</summary>\n\nhidden\n\n</details>\n\n',
  '---\n',
  'A title\n===\n\n',
] as const

describe('a text that grows', () => {
  it('is cut into the same blocks as the whole text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), fc.integer({ min: 1, max: 17 }), (chosen, step) => {
        const text = chosen.join('')
        const split = createBlockSplitter()
        for (let end = 0; end < text.length; end += step) split(text.slice(0, end))
        expect(split(text)).toEqual(parseMarkdownIntoBlocks(text))
      }),
      { numRuns: 300 },
    )
  })

  it('costs the parsing of its end only', () => {
    const parse = vi.fn(parseMarkdownIntoBlocks)
    const split = createBlockSplitter(parse)
    const text = 'A paragraph.\n\n'.repeat(200)
    split(text)
    split(`${text}And`)
    split(`${text}And more`)
    expect(parse.mock.lastCall?.[0].length).toBeLessThan(60)
  })

  it('begins anew when it is another text', () => {
    const split = createBlockSplitter()
    split('One.\n\nTwo.\n\nThree.\n\nFour.')
    expect(split('Other.\n\nText.')).toEqual(parseMarkdownIntoBlocks('Other.\n\nText.'))
  })
})
