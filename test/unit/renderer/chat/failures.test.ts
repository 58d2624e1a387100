import { describe, expect, it } from 'vitest'
import { createTestChat, delta, events } from './support'

describe('an answer that fails', () => {
  it.each([
    [404, 'model_not_found', { error: { code: 'model_not_found', message: 'No model x.', type: 'not_found_error', param: 'model' } }, 'No model x.'],
    [503, 'model_loading', { error: { code: 'model_loading', message: 'It loads.' } }, 'It loads.'],
    [403, 'access_denied', { error: { code: 'access_denied', message: 'Not yours.', info: {} } }, 'Not yours.'],
    [429, 'too_many_requests', { error: { message: 'Slow down.', code: null } }, 'Slow down.'],
    [500, 'upstream_error', { error: { message: 'Oops.', code: 'something_of_theirs' } }, 'Oops.'],
    [422, 'invalid_request', { error: { message: 'Extra key.' } }, 'Extra key.'],
  ])('with status %i is %s, with what to do', async (status, code, body, message) => {
    const chat = await createTestChat()
    chat.server.behave({ kind: 'status', status, body })
    const answer = await chat.answerTo('Hi')
    expect(answer).toMatchObject({ state: 'failed', error: { code, message } })
    expect(answer.error?.action).toBeTruthy()
  })

  it('because its site asks for a sign-in says why and for which, and does not take the key for a bad one', async () => {
    const chat = await createTestChat({ sessions: ['key', 'another key'] })
    const reason = { kind: 'policy', sentence: 'ALCF asks you to sign in again.', session: { policies: ['p'] } }
    chat.server.behave({ kind: 'status', status: 401, body: { error: { code: 'sign_in_needed', message: 'Long.', info: { action: 'Sign in.', site: 'alcf', reason } } } })
    expect((await chat.answerTo('Hi')).error).toMatchObject({ code: 'sign_in_needed', message: 'ALCF asks you to sign in again.', signIn: { site: 'alcf', reason } })
    expect(chat.server.requests).toHaveLength(1)
  })

  it('because nothing listens says that the gateway does not answer', async () => {
    const chat = await createTestChat({ gatewayUrl: 'http://127.0.0.1:1/v1' })
    expect(await chat.answerTo('Hi')).toMatchObject({ state: 'failed', content: '', error: { code: 'core_unreachable' } })
  })

  it.each([
    ['the connection breaks', { kind: 'reset', when: 'mid-stream' }],
    ['half an event comes last', { kind: 'half-event' }],
    ['it ends with no reason', { kind: 'no-done' }],
  ] as const)('in its middle because %s keeps its text and can go on', async (_what, behaviour) => {
    const chat = await createTestChat()
    chat.server.behave(behaviour)
    const answer = await chat.answerTo('Hi')
    expect(answer.content).toBe('token0 token1 ')
    expect(['interrupted', 'failed']).toContain(answer.state)
    expect(['answer_cut', 'upstream_garbled']).toContain(answer.error?.code)
  })

  it.each([
    ['resets before its headers', { kind: 'reset', when: 'before-headers' }],
    ['sends a web page', { kind: 'garbage' }],
    ['sends an event that is not JSON', { kind: 'raw', contentType: 'text/event-stream', pieces: ['data: {"choices":\n\n'] }],
    ['sends an event of another shape', { kind: 'raw', contentType: 'text/event-stream', pieces: ['data: {"choices":"none"}\n\n'] }],
  ] as const)('because the server %s is a failure with a reason', async (_what, behaviour) => {
    const chat = await createTestChat()
    chat.server.behave(behaviour)
    const answer = await chat.answerTo('Hi')
    expect(answer).toMatchObject({ state: 'failed', content: '' })
    expect(answer.error?.message).toBeTruthy()
  })

  it('by an event of its stream keeps its text and the server’s reason', async () => {
    const chat = await createTestChat()
    const pieces = [events(delta({ content: 'So far' })).replace('data: [DONE]\n\n', ''), 'data: {"error":{"code":"out_of_memory","message":"No memory left."}}\n\n']
    chat.server.behave({ kind: 'raw', contentType: 'text/event-stream', pieces })
    expect(await chat.answerTo('Hi')).toMatchObject({ state: 'failed', content: 'So far', error: { code: 'out_of_memory', message: 'No memory left.' } })
  })

  it('is tried again in its own message where nothing had come', async () => {
    const chat = await createTestChat()
    chat.server.behaveOnce({ kind: 'status', status: 503 })
    const failed = await chat.answerTo('Hi')
    expect(await chat.engine.retry(failed.id)).toBe(failed.id)
    await chat.engine.whenIdle()
    const answer = await chat.message(failed.id)
    expect(answer).toMatchObject({ state: 'complete', content: 'You said: Hi' })
    expect(answer).not.toHaveProperty('error')
  })

  it('is tried again beside itself where it had text', async () => {
    const chat = await createTestChat()
    chat.server.behaveOnce({ kind: 'half-event' })
    const failed = await chat.answerTo('Hi')
    const again = await chat.engine.retry(failed.id)
    await chat.engine.whenIdle()
    expect(again).not.toBe(failed.id)
    expect((await chat.history.siblings(again)).map(({ content }) => content)).toEqual(['token0 token1 ', 'You said: Hi'])
  })
})
