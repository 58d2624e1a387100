import { expect, test } from 'vitest'
import { namedSha256 } from '@main/staging/digest'
import { sizeWords, tellBytes } from '@main/staging/step'
import { failureOf, waitWords } from '@main/staging/task-words'
import type { TransferTask } from '@main/staging/transfer-api'

const task = (more: Partial<TransferTask>): TransferTask => ({ status: 'ACTIVE', niceStatus: 'OK', bytes: 0, fatal: undefined, ...more })

test('a size is told in the unit that fits', () => {
  expect([0, 999, 1_000, 12_345_678, 5e9, 2e15].map(sizeWords)).toEqual(['0 bytes', '999 bytes', '1.0 kB', '12.3 MB', '5.0 GB', '2000.0 TB'])
})

test('how far a copy is, is told once a percent', () => {
  const said: (string | undefined)[] = []
  const never = new AbortController().signal
  const step = { leaving: never, ending: never, onWait: (words: string | undefined) => void said.push(words) }
  const tell = tellBytes(step, 'Copying', 1_000)
  for (const bytes of [1, 9, 10, 19, 20, 1_000, 1_001]) tell(bytes)
  tellBytes(step, 'Copying', undefined)(5)
  expect(said).toEqual(['Copying: 0 % of 1.0 kB.', 'Copying: 1 % of 1.0 kB.', 'Copying: 2 % of 1.0 kB.', 'Copying: 100 % of 1.0 kB.', 'Copying.'])
})

test('what a transfer waits for is told in words, and as it is where there are none', () => {
  expect([task({}), task({ niceStatus: 'Queued' }), task({ niceStatus: undefined }), task({ niceStatus: 'ENDPOINT_BUSY' }), task({ niceStatus: 'NEW_KIND' })].map(waitWords)).toEqual([undefined, undefined, undefined, 'the collection is busy', 'NEW_KIND'])
  expect(waitWords(task({ status: 'INACTIVE' }))).toContain('app.globus.org/activity')
})

test('a transfer that failed says why', () => {
  const failed = (code: string, description = ''): string => failureOf(task({ status: 'FAILED', fatal: { code, description } }), 'Copying').message
  expect([failed('NO_SPACE'), failed('ODD', 'Something broke.'), failed('ODD'), failed(''), failed('CANCELED')]).toEqual(['Copying failed: the disk there is full.', 'Copying failed: Something broke.', 'Copying failed: ODD.', 'Copying failed: Globus Transfer gave no reason.', 'Copying was stopped at Globus.'])
})

test('the digest of a file is read as new and as old servers name it', () => {
  const digest = 'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek='
  expect(namedSha256({ 'repr-digest': `sha-512=:abc=:, sha-256=:${digest}:` })).toBe(digest)
  expect(namedSha256({ digest: `SHA-256=${digest}` })).toBe(digest)
  expect([namedSha256({ digest: 'md5=abc' }), namedSha256({})]).toEqual([undefined, undefined])
})
