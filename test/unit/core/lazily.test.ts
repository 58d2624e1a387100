import { lazily } from '@main/core/lazily'
import { expect, test } from 'vitest'

test('a part that could not be made is tried again when it is next needed, and then kept', async () => {
  let tries = 0
  const part = lazily(() => ((tries += 1) === 1 ? Promise.reject(new Error('no disk')) : Promise.resolve('made')))
  await expect(part.get()).rejects.toThrow('no disk')
  expect(await part.ifMade()).toBeUndefined()
  expect(await part.get()).toBe('made')
  expect(await part.get()).toBe('made')
  expect(tries).toBe(2)
})
