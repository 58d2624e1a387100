import { readFence } from '@renderer/ui/markdown/fence'
import { describe, expect, it } from 'vitest'

describe('a block that is one code fence', () => {
  it('gives its language and its code', () => {
    expect(readFence('```Python title="x"\na = 1\nb = 2\n```\n')).toEqual({ language: 'python', code: 'a = 1\nb = 2', isComplete: true })
  })
  it('is open while its end has not come', () => {
    expect(readFence('```py\na = 1\n``')).toEqual({ language: 'py', code: 'a = 1\n``', isComplete: false })
  })
  it('keeps shorter fences and tildes as code', () => {
    expect(readFence('````md\n```js\nx\n```\n````')).toEqual({ language: 'md', code: '```js\nx\n```', isComplete: true })
    expect(readFence('~~~\n```\n~~~')).toEqual({ language: '', code: '```', isComplete: true })
  })
  it('may be empty', () => {
    expect(readFence('```js\n```')).toEqual({ language: 'js', code: '', isComplete: true })
    expect(readFence('```')).toEqual({ language: '', code: '', isComplete: false })
  })
})

it.each(['text with ```code``` inside', '```a``` is inline code', '- ```js', 'plain'])('%j is no fence', (block) => {
  expect(readFence(block)).toBeUndefined()
})
