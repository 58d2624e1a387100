import { watchLatest, type Source } from '@main/rpc/watch-latest'
import { describe, expect, test } from 'vitest'

function counter(name: string): Source<string> & { set(value: number): void; readonly listeners: number } {
  const listeners = new Set<() => void>()
  let value = 0
  return {
    read: () => `${name}${value}`,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set(next) {
      value = next
      for (const listener of listeners) listener()
    },
    get listeners() {
      return listeners.size
    },
  }
}

describe('watching several states', () => {
  test('gives each as it is, then what changes', async () => {
    const [a, b] = [counter('a'), counter('b')]
    const events = watchLatest([a, b], new AbortController().signal)
    expect([(await events.next()).value, (await events.next()).value]).toEqual(['a0', 'b0'])
    const next = events.next()
    b.set(1)
    expect((await next).value).toBe('b1')
  })

  test('gives a slow reader the newest state once, however often it changed', async () => {
    const [a, b] = [counter('a'), counter('b')]
    const events = watchLatest([a, b], new AbortController().signal)
    await events.next()
    await events.next()
    for (let value = 1; value <= 1000; value += 1) a.set(value)
    b.set(7)
    expect([(await events.next()).value, (await events.next()).value]).toEqual(['a1000', 'b7'])
  })

  test('ends, and listens no more, when it is aborted', async () => {
    const [a, stop] = [counter('a'), new AbortController()]
    const events = watchLatest([a], stop.signal)
    await events.next()
    const next = events.next()
    stop.abort()
    expect((await next).done).toBe(true)
    expect(a.listeners).toBe(0)
  })
})
