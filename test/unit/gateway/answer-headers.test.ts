import { describe, expect, it } from 'vitest'
import { answerHeaders } from '@main/gateway/answer-headers'

describe('the headers of an answer', () => {
  it('say who served it and what did not reach it', () => {
    expect(answerHeaders('lab', 2, ['top_k', 'tools.web_search'])).toEqual({
      'x-first-cluster': 'lab',
      'x-first-attempts': '2',
      'x-first-dropped': 'top_k, tools.web_search',
      warning: '299 - "the cluster lab does not take: top_k, tools.web_search"',
    })
  })

  it('hold nothing that could end a header, and are short whatever a caller makes up', () => {
    const headers = answerHeaders('lab', 1, ['a\r\nset-cookie: x', 'é"', ...Array.from({ length: 5000 }, (_, at) => `${'long'.repeat(100)}${at}`)])
    expect(headers['x-first-dropped']).toMatch(/^a\?\?set-cookie\?\?x, \?\?, long.* and 4970 more$/)
    expect(JSON.stringify(headers).length).toBeLessThan(8_192)
  })
})
