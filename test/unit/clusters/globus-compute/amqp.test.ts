import { describe, expect, it } from 'vitest'
import { addressesOf } from '@main/clusters/globus-compute/amqp-connection'
import { readResultMessage } from '@main/clusters/globus-compute/result-message'

describe('where results are sent', () => {
  it('is tried by the port that firewalls leave open too', () => {
    expect(addressesOf('amqps://ada:secret@amqps.example.org/')).toEqual(['amqps://ada:secret@amqps.example.org/', 'amqps://ada:secret@amqps.example.org:443/'])
    expect(addressesOf('amqps://ada:secret@amqps.example.org:443/')).toHaveLength(1)
  })

  it.each(['amqp://amqp.example.org', 'https://example.org', 'amqp://127.0.0.1.example.org', ''])('is refused where it is not secure: %s', (url) => {
    expect(() => addressesOf(url)).toThrow('not secure')
  })
})

describe('a message of a queue', () => {
  const message = (data: object, type = 'result', mark = 1): Buffer => Buffer.concat([Buffer.from([mark]), Buffer.from(JSON.stringify({ message_type: type, data }))])

  it('is a result, or what went wrong with the task', () => {
    expect(readResultMessage(message({ task_id: 't', data: '11\n1', error_details: null, details: {}, task_statuses: [] }))).toEqual({ task: 't', answer: { status: 'success', result: '11\n1' } })
    expect(readResultMessage(message({ task_id: 't', data: 'Traceback', error_details: { code: 'X', user_message: 'It failed' } }))).toEqual({ task: 't', answer: { status: 'failed', exception: 'Traceback', reason: 'It failed' } })
  })

  it.each([message({ task_id: 't' }, 'task'), message({ task_id: 't' }, 'result', 2), Buffer.from([1, 0x7b]), Buffer.alloc(0)])('is passed over where it is something else: case %#', (body) => {
    expect(readResultMessage(body)).toBeUndefined()
  })
})
