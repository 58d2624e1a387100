import { describe, expect, test } from 'vitest'
import { withProgress } from '@main/rpc/with-progress'

const never = new AbortController().signal

describe('work that tells how far it is', () => {
  test('is told by its newest progress, and by its result at the end', async () => {
    let tell: (progress: number) => void = () => undefined
    let end: (result: string) => void = () => undefined
    const news = withProgress<number, string>(({ onProgress }) => {
      tell = onProgress
      return new Promise((resolve) => (end = resolve))
    }, never)
    const first = news.next()
    tell(1)
    expect(await first).toEqual({ done: false, value: { progress: 1 } })
    tell(2)
    tell(3)
    expect(await news.next()).toEqual({ done: false, value: { progress: 3 } })
    end('done')
    expect(await news.next()).toEqual({ done: false, value: { result: 'done' } })
    expect(await news.next()).toMatchObject({ done: true })
  })

  test('is stopped when its reader leaves, and is waited for', async () => {
    let hasEnded = false
    const news = withProgress<number, never>(
      ({ onProgress, signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            hasEnded = true
            reject(new Error('stopped'))
          })
          onProgress(1)
        }),
      never,
    )
    for await (const each of news) {
      expect(each).toEqual({ progress: 1 })
      break
    }
    expect(hasEnded).toBe(true)
  })

  test('throws what it throws', async () => {
    await expect(withProgress(() => Promise.reject(new Error('no such file')), never).next()).rejects.toThrow('no such file')
  })
})
