import { EventEmitter } from 'node:events'
import type { App } from 'electron'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closeBeforeQuit } from '@main/electron/quit'
import { closeWithinMs } from '@main/scheduler/closing'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** As much of Electron's app as quitting asks of it. */
function quit(close: () => Promise<void>): { readonly codes: readonly number[] } {
  const codes: number[] = []
  const app = Object.assign(new EventEmitter(), { exit: (code: number) => void codes.push(code) })
  closeBeforeQuit(app as unknown as App, close)
  app.emit('will-quit', { preventDefault: () => undefined })
  return { codes }
}

test('the app waits for all the time that replicas may take to end', async () => {
  const { codes } = quit(() => new Promise((resolve) => void setTimeout(resolve, closeWithinMs + 2_000)))
  await vi.advanceTimersByTimeAsync(closeWithinMs + 1_000)
  expect(codes).toEqual([])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(codes).toEqual([0])
})

test('the app goes when the core does not come to its end', async () => {
  const { codes } = quit(() => new Promise(() => undefined))
  await vi.advanceTimersByTimeAsync(closeWithinMs + 60_000)
  expect(codes).toEqual([1])
})
