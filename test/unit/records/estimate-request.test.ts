import { estimateTokens } from '@main/records/estimate'
import { estimateRequest } from '@main/records/estimate-request'
import { describe, expect, test } from 'vitest'

describe('the estimate of tokens', () => {
  test('of long texts is near what looking at all of it gives', () => {
    const content = Array.from({ length: 400 }, (_, index) => `Step ${index}: the activation energy follows from the slope of ln k over 1/T.\n`).join('')
    const { input } = estimateRequest({ messages: [{ role: 'user', content }] })
    expect(input / estimateTokens(content)).toBeGreaterThan(0.9)
    expect(input / estimateTokens(content)).toBeLessThan(1.1)
  })

  const base64 = (letters: number): string => 'A'.repeat(letters)
  const url = (letters: number): string => `data:image/png;base64,${base64(letters)}`
  const said = (...content: object[]): object => ({ messages: [{ role: 'user', content }] })
  const inputOf = (body: object): number => estimateRequest({ ...body }).input

  test.each<[string, (letters: number) => object]>([
    ['Chat Completions', (letters) => said({ type: 'image_url', image_url: { url: url(letters) } })],
    ['Responses', (letters) => ({ input: [{ role: 'user', content: [{ type: 'input_image', image_url: url(letters) }] }] })],
    ['Messages', (letters) => said({ type: 'tool_result', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64(letters) } }] })],
    ['what a model drew', (letters) => ({ input: [{ type: 'image_generation_call', result: base64(letters) }] })],
  ])('takes a picture for a fixed number, however many letters it has: %s', (_protocol, picture) => {
    expect(inputOf(picture(2_000_000))).toBe(inputOf(picture(10)))
    expect(inputOf(picture(10))).toBeGreaterThan(1000)
    expect(inputOf(picture(10))).toBeLessThan(2000)
  })

  test('takes data in an address for a picture, wherever it is', () => {
    expect(inputOf({ messages: [{ role: 'tool', content: url(2_000_000) }] })).toBeLessThan(2000)
  })

  test.each<[string, (letters: number) => object]>([
    ['Chat Completions', (letters) => said({ type: 'file', file: { filename: 'a.pdf', file_data: base64(letters) } })],
    ['Responses', (letters) => ({ input: [{ role: 'user', content: [{ type: 'input_file', filename: 'a.pdf', file_data: base64(letters) }] }] })],
    ['Messages', (letters) => said({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: base64(letters) } })],
  ])('takes a document for its pages: %s', (_protocol, document) => {
    const [page, twentyPages] = [inputOf(document(80_000)), inputOf(document(1_600_000))]
    expect(page).toBeGreaterThan(1500)
    expect(page).toBeLessThan(3000)
    expect(twentyPages / page).toBeCloseTo(20, -1)
  })

  test('reads a document that is text', () => {
    const text = 'The gap is 1.6 eV. '.repeat(2000)
    for (const source of [{ type: 'text', media_type: 'text/plain', data: text }, { type: 'content', content: [{ type: 'text', text }] }])
      expect(inputOf(said({ type: 'document', source })) / inputOf(said({ type: 'text', text }))).toBeCloseTo(1, 2)
  })

  test('does not take sealed reasoning for text', () => {
    const sealed = Buffer.from(Array.from({ length: 6000 }, (_, at) => (at * 97) % 251)).toString('base64')
    for (const body of [{ input: [{ type: 'reasoning', summary: [], encrypted_content: sealed }] }, said({ type: 'thinking', thinking: '', signature: sealed })]) expect(inputOf(body)).toBeLessThan(2000)
  })

  test('reads the instructions of Messages, and the names of fields in what tools take', () => {
    const text = 'Be brief and cite sources. '.repeat(100)
    expect(inputOf({ system: text })).toBe(inputOf({ instructions: text }))
    const properties = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`property_${at}`, { type: 'string' }]))
    expect(inputOf({ tools: [{ name: 'a', input_schema: { type: 'object', properties } }] })).toBeGreaterThan(400)
  })

  test('counts token ids one by one', () => {
    expect(estimateRequest({ input: [[1, 2, 3], [4]] }).input).toBe(4)
  })
})
