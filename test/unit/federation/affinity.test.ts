import { describe, expect, it } from 'vitest'
import { affinityOf } from '@main/federation/affinity'

const system = (text: string) => ({ role: 'system', content: text })
const user = (content: unknown) => ({ role: 'user', content })
const assistant = { role: 'assistant', content: 'Hello!' }
const long = 'You are an agent. '.repeat(200)

describe('what a request is known by', () => {
  it.each([
    ['Chat Completions', { messages: [system('Be brief.'), user('Hi')] }, { messages: [system('Be brief.'), user('Hi'), assistant, user('And now?')] }],
    ['Messages', { system: [{ type: 'text', text: 'Be brief.' }], messages: [user([{ type: 'text', text: 'Hi' }])] }, { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }], messages: [user([{ type: 'text', text: 'Hi' }]), assistant, user('And now?')] }],
    ['Responses', { instructions: 'Be brief.', input: 'Hi' }, { instructions: 'Be brief.', input: [user([{ type: 'input_text', text: 'Hi' }]), assistant, user('And now?')] }],
    ['Responses with a name for its cache', { prompt_cache_key: 'k', input: 'Hi' }, { prompt_cache_key: 'k', input: [user('And now?')] }],
    ['Responses with a conversation', { conversation: 'c', input: 'Hi' }, { conversation: { id: 'c' }, input: 'And now?' }],
    ['completions', { prompt: 'Once upon a time' }, { prompt: ['Once upon a time'] }],
  ])('stays the same in the next turn of %s', (_name, first, next) => {
    expect(affinityOf({ model: 'm', ...first })).toMatch(/^[\w-]{27}$/)
    expect(affinityOf({ model: 'm', ...next })).toBe(affinityOf({ model: 'm', ...first }))
  })

  it.each([
    ['the model', { model: 'n', messages: [system('Be brief.'), user('Hi')] }],
    ['the system prompt', { model: 'm', messages: [system('Be long.'), user('Hi')] }],
    ['the first turn', { model: 'm', messages: [system('Be brief.'), user('Ho')] }],
    ['an image in it', { model: 'm', messages: [system('Be brief.'), user([{ type: 'text', text: 'Hi' }, { type: 'image_url', image_url: { url: 'data:x' } }])] }],
  ])('differs with %s', (_what, fields) => {
    expect(affinityOf(fields)).not.toBe(affinityOf({ model: 'm', messages: [system('Be brief.'), user('Hi')] }))
  })

  it('has the long system prompt that other conversations share as a second part', () => {
    const [one, other] = ['Mend the bug.', 'Write a test.'].map((task) => affinityOf({ model: 'm', messages: [system(long), user(task)] })?.split('.') ?? [])
    expect(one).toHaveLength(2)
    expect(one?.[0]).not.toBe(other?.[0])
    expect(one?.[1]).toBe(other?.[1])
  })

  it('takes what an agent puts before the first message of the user into the first turn', () => {
    const context = { type: 'additional_context', content: 'cwd: /tmp' }
    expect(affinityOf({ model: 'm', input: [context, user('a')] })).not.toBe(affinityOf({ model: 'm', input: [context, user('b')] }))
  })

  it('looks at the beginning of a large body only', () => {
    let wasRead = false
    const tail = { get content() {
      wasRead = true
      return 'x'
    } }
    expect(affinityOf({ model: 'm', messages: [user([{ type: 'text', text: 'y'.repeat(5_000_000) }, tail])] })).toBeDefined()
    expect(wasRead).toBe(false)
  })

  it.each([[{}], [{ model: 'm' }], [{ messages: [] }], [{ prompt: [1, 2, 3] }], [{ input: 7, system: null }], [{ messages: [null, 'x', { role: 5 }] }]])('of %j is nothing that fails', (fields) => {
    expect(() => affinityOf(fields)).not.toThrow()
  })

  it('is absent where there is no text', () => {
    expect(affinityOf({ model: 'm', messages: [] })).toBeUndefined()
  })
})
