import { describe, expect, test } from 'vitest'
import { describeRequest, describeResult } from '@main/batches/rows/describe-line'
import { answerOf, excerpt, questionOf, resultTextOf } from '@main/batches/rows/texts'

describe('what a table shows of a request', () => {
  test.each([
    ['the last message of the user', { messages: [{ role: 'user', content: 'first' }, { role: 'assistant', content: 'an answer' }, { role: 'user', content: 'second' }, { role: 'tool', content: '3' }] }, 'second'],
    ['the texts of its parts', { messages: [{ role: 'user', content: [{ type: 'text', text: 'What is' }, { type: 'image_url', image_url: { url: 'data:…' } }, { type: 'text', text: 'this?' }] }] }, 'What is this?'],
    ['the prompt', { prompt: 'Once upon' }, 'Once upon'],
    ['the input of an embedding', { input: ['a river', 'a bank'] }, 'a river a bank'],
    ['the last turn of a response', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }, { role: 'assistant', content: 'Hi' }] }, 'Hello'],
    ['nothing, where there is nothing', { messages: 'no list' }, ''],
  ])('is %s', (_name, body, question) => expect(questionOf(body)).toBe(question))
})

describe('what a table shows of a result', () => {
  test.each([
    ['the words of a chat', { choices: [{ message: { role: 'assistant', content: 'Iron.' } }] }, 'Iron.'],
    ['a refusal', { choices: [{ message: { content: null, refusal: 'I cannot.' } }] }, 'I cannot.'],
    ['calls of tools', { choices: [{ message: { content: null, tool_calls: [{ function: { name: 'find', arguments: '{"q":1}' } }] } }] }, 'find({"q":1})'],
    ['a completion', { choices: [{ text: ' a time' }] }, ' a time'],
    ['the words of a response', { output: [{ type: 'reasoning', summary: [] }, { type: 'message', content: [{ type: 'output_text', text: 'Yes.' }] }] }, 'Yes.'],
    ['the size of an embedding', { data: [{ embedding: [0.1, 0.2, 0.3] }] }, '3 numbers'],
    ['the size of one in base64', { data: [{ embedding: Buffer.from(new Float32Array(5).buffer).toString('base64') }, {}] }, '2 × 5 numbers'],
    ['nothing, where there is nothing', { choices: 7 }, ''],
  ])('is %s', (_name, body, answer) => expect(answerOf(body)).toBe(answer))

  test('names the code of a refusal and of what was not answered', () => {
    expect(resultTextOf({ response: { status_code: 400, body: { error: { message: 'Too long.', code: 'context_length_exceeded' } } }, error: null })).toEqual({ statusCode: 400, errorCode: 'context_length_exceeded', answer: 'Too long.' })
    expect(resultTextOf({ response: null, error: { code: 'batch_expired', message: 'Too late.' } })).toEqual({ errorCode: 'batch_expired', answer: 'Too late.' })
    expect(resultTextOf({ response: { status_code: 502, body: 'bad gateway' }, error: null })).toEqual({ statusCode: 502, answer: 'bad gateway' })
  })
})

test('an excerpt is one short line, and no letter is cut in two', () => {
  expect(excerpt('  two\n\n lines\t')).toBe('two lines')
  expect(excerpt('a'.repeat(200))).toBe('a'.repeat(200))
  expect(excerpt('a'.repeat(201))).toBe(`${'a'.repeat(199)}…`)
  expect(excerpt(`${'a'.repeat(198)}😀😀`)).toBe(`${'a'.repeat(198)}…`)
})

describe('a line of which only both ends were read', () => {
  const ends = (line: string) => ({ bytes: Buffer.from(line.slice(0, 200)), end: Buffer.from(line.slice(-200)) })

  test('has its id, and a text that is near to its end or its beginning', () => {
    const picture = { type: 'image_url', image_url: { url: `data:${'A'.repeat(4000)}` } }
    const line = (content: unknown) => JSON.stringify({ custom_id: 'ä"1', method: 'POST', url: '/v1/chat/completions', body: { model: 'a/b', messages: [{ role: 'user', content }] } })
    expect(describeRequest(ends(line([picture, { type: 'text', text: 'What is \u00e9 "this"?' }])), 3, '/v1/chat/completions')).toEqual({ customId: 'ä"1', question: 'What is \u00e9 "this"?' })
    expect(describeRequest(ends(JSON.stringify({ messages: [{ role: 'user', content: [picture] }] })), 3, '/v1/chat/completions')).toEqual({ customId: 'request-3', question: '' })
  })

  test('has the status of its result', () => {
    const line = JSON.stringify({ id: 'batch_req_x_0', custom_id: 'one', response: { status_code: 200, request_id: 'r', body: { choices: [{ message: { content: 'word '.repeat(900) } }] } }, error: null })
    expect(describeResult(ends(line))).toMatchObject({ customId: 'one', statusCode: 200, answer: expect.stringMatching(/^word word/) as unknown })
  })
})
