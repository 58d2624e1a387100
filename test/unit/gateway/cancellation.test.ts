import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { Cancellation } from '@main/gateway/cancellation'

const left = new FirstError('cancelled', 'gone')

describe('a call that may be over before its end', () => {
  it('tells its listeners once, with the first reason', () => {
    const cancellation = new Cancellation()
    const heard: unknown[] = []
    cancellation.listen(() => heard.push(cancellation.reason))
    cancellation.cancel(left)
    cancellation.cancel(new FirstError('shutting_down', 'stopping'))
    expect(heard).toEqual([left])
  })

  it('tells nobody who has stopped listening', () => {
    const cancellation = new Cancellation()
    const listener = (): void => expect.unreachable()
    cancellation.listen(listener)
    cancellation.unlisten(listener)
    cancellation.cancel(left)
    expect(cancellation.reason).toBe(left)
  })

  it.each(['before', 'after'])('aborts a signal that is asked for %s it', (when) => {
    const cancellation = new Cancellation()
    const early = when === 'before' ? cancellation.signal : undefined
    cancellation.cancel(left)
    const signal = early ?? cancellation.signal
    expect([signal.aborted, signal.reason]).toEqual([true, left])
  })
})
