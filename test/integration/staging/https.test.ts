import { createHash } from 'node:crypto'
import { access, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { siteIds } from '../../doubles/globus/usual-site'
import { freePort } from '../../fixtures/free-port'
import { until } from '../../fixtures/until'
import { startBench, type Bench } from './bench'

const put = 'PUT /*'
let bench: Bench
beforeEach(async () => {
  bench = await startBench()
})
afterEach(() => bench.close())

const uploads = (): number => bench.globus.calls.count('https', put)
async function openFiles(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd')
  return Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')))
}
const isThere = (path: string): Promise<boolean> => access(path).then(() => true, () => false)

describe('a file that goes to a collection over HTTPS', () => {
  test('arrives byte for byte, tells how far it is, and is looked at there', async () => {
    const bytes = Buffer.alloc(3_000_000, 'first ')
    const file = await bench.file('in.jsonl', bytes)
    const step = bench.step()
    await bench.https().put(file, `${bench.path}in.jsonl`, step)
    expect((await readFile(join(bench.there, 'in.jsonl'))).equals(bytes)).toBe(true)
    expect(step.said.at(-1)).toBe('Copying the requests to ALCF: 100 % of 3.0 MB.')
    expect(step.said.length).toBeGreaterThan(5)
    expect(bench.globus.calls.count('https', 'HEAD /*')).toBe(1)
  })

  test('has a name with signs that an address must not have as they are', async () => {
    await bench.https().put(await bench.file('in', 'x'), `${bench.path}100 % of #1?.jsonl`, bench.step())
    expect(await bench.content('100 % of #1?.jsonl')).toBe('x')
  })

  test('is sent again after a reset, a lost answer and a server in trouble', async () => {
    bench.globus.faults.once('https', put, { kind: 'reset' }, { kind: 'lost' }, { kind: 'status', status: 503, body: { message: 'The collection restarts' } })
    const step = bench.step()
    await bench.https().put(await bench.file('in', 'all of it'), `${bench.path}in`, step)
    expect([await bench.content('in'), uploads()]).toEqual(['all of it', 4])
    expect(step.said).toContain('The collection of ALCF answered 503: The collection restarts.')
    expect(step.said.join()).toContain('cannot be reached, or the connection was cut')
  })

  test('is sent again where nothing moves any more', async () => {
    bench.globus.faults.once('https', put, { kind: 'hang' })
    await bench.https({ quietMs: 2_000 }).put(await bench.file('in', 'in the end'), `${bench.path}in`, bench.step())
    expect([await bench.content('in'), uploads()]).toEqual(['in the end', 2])
  })

  test('that is not what was sent is sent again, by its size or by its digest', async () => {
    await writeFile(join(bench.there, 'in'), 'too short')
    bench.globus.faults.once('https', put, { kind: 'status', status: 200 }, { kind: 'status', status: 200 })
    await bench.https().put(await bench.file('in', 'as it should be'), `${bench.path}in`, bench.step())
    expect([await bench.content('in'), uploads()]).toEqual(['as it should be', 3])
    const digest = (text: string): object => ({ 'repr-digest': `sha-256=:${createHash('sha256').update(text).digest('base64')}:` })
    bench.globus.faults.once('https', 'HEAD /*', { kind: 'status', status: 200, headers: digest('something else') as Record<string, string> }, { kind: 'status', status: 200, headers: digest('again') as Record<string, string> })
    await bench.https().put(await bench.file('again', 'again'), `${bench.path}again`, bench.step())
    expect(uploads()).toBe(5)
  })

  test('is measured by its last byte where the collection does not answer HEAD', async () => {
    bench.globus.faults.set('https', 'HEAD /*', { kind: 'status', status: 405 })
    bench.globus.faults.once('https', put, { kind: 'status', status: 200 })
    await writeFile(join(bench.there, 'in'), 'short')
    await bench.https().put(await bench.file('in', 'longer'), `${bench.path}in`, bench.step())
    expect([await bench.content('in'), uploads()]).toEqual(['longer', 2])
  })

  test('is closed after each try at a collection that is not there', async () => {
    const collection = [...bench.globus.transfer.collections.values()].find(({ id }) => id === siteIds.staging)!
    collection.httpsUrl = `http://127.0.0.1:${await freePort()}`
    const file = await bench.file('in', Buffer.alloc(3_000_000, 'first '))
    const step = bench.step()
    const going = bench.https().put(file, `${bench.path}in`, step)
    await until('it was tried often', () => Promise.resolve(step.said.length >= 20))
    step.end()
    await expect(going).rejects.toMatchObject({ code: 'cancelled' })
    await until('nothing of it is open', async () => (await openFiles()).every((path) => path !== file.path))
  })

  test('that never arrives whole is given up, with a reason', async () => {
    bench.globus.faults.set('https', put, { kind: 'status', status: 200 })
    await expect(bench.https().put(await bench.file('in', 'x'), `${bench.path}in`, bench.step())).rejects.toMatchObject({ code: 'upstream_error', message: expect.stringContaining('is not at ALCF as it was sent') as string })
    expect(uploads()).toBe(5)
  })

  test('goes with a token that is renewed where the collection refuses it', async () => {
    for (const value of bench.globus.auth.tokens.values()) bench.globus.auth.tokens.revoke(value, bench.globus.auth.tokens.access(value)?.client ?? '')
    await bench.https().put(await bench.file('in', 'x'), `${bench.path}in`, bench.step())
    expect([await bench.content('in'), uploads()]).toEqual(['x', 2])
  })

  test('is refused in a folder that is not the account\'s, at once and in words', async () => {
    const refused = bench.https().put(await bench.file('in', 'x'), '/user-staging/somebody/in', bench.step())
    await expect(refused).rejects.toMatchObject({ code: 'access_denied', message: 'The collection of ALCF answered 403: You may not use /user-staging/somebody/in.' })
    expect(uploads()).toBe(1)
  })

  test('goes to no server that would show its token, nor to one that is not there', async () => {
    const collection = [...bench.globus.transfer.collections.values()].find(({ id }) => id === siteIds.staging)!
    const file = await bench.file('in', 'x')
    collection.httpsUrl = 'http://files.example.org'
    await expect(bench.https().put(file, `${bench.path}in`, bench.step())).rejects.toMatchObject({ code: 'upstream_garbled', message: expect.stringContaining('names no https address') as string })
    collection.httpsUrl = undefined
    await expect(bench.https().put(file, `${bench.path}in`, bench.step())).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('takes no files over HTTPS') as string })
  })

  test('stops when the batch is cancelled', async () => {
    bench.globus.faults.set('https', put, { kind: 'hang' })
    const step = bench.step()
    const going = bench.https().put(await bench.file('in', 'x'), `${bench.path}in`, step)
    await bench.globus.calls.seen('https', put, 1)
    step.end()
    await expect(going).rejects.toMatchObject({ code: 'cancelled' })
    expect(uploads()).toBe(1)
  })
})

describe('a file that comes from a collection over HTTPS', () => {
  const text = 'line\n'.repeat(1_000)
  beforeEach(() => writeFile(join(bench.there, 'out'), text))
  const target = (): string => join(bench.folder, 'out')
  const fetchIt = async (step = bench.step(), options = {}): Promise<string> => {
    await bench.https(options).get(`${bench.path}out`, { path: target(), name: 'out' }, step)
    return readFile(target(), 'utf8')
  }
  const ranges = (): (string | undefined)[] => bench.globus.calls.of('https', 'GET /*').map(({ headers }) => headers.range)

  test('appears when it is whole', async () => {
    const step = bench.step()
    expect(await fetchIt(step)).toBe(text)
    expect(step.said.at(-1)).toBe('Fetching the results from ALCF: 100 % of 5.0 kB.')
    expect(await isThere(`${target()}.part`)).toBe(false)
  })

  test('goes on from where it was cut', async () => {
    await writeFile(`${target()}.part`, text.slice(0, 2_000))
    bench.globus.faults.once('https', 'GET /*', { kind: 'reset' })
    expect(await fetchIt()).toBe(text)
    expect(ranges()).toEqual(['bytes=2000-', 'bytes=2000-'])
  })

  test('is taken as it is where all of it had come, and begun anew where there was more than there is', async () => {
    await writeFile(`${target()}.part`, text)
    expect(await fetchIt()).toBe(text)
    await writeFile(`${target()}.part`, `${text}of another file`)
    expect(await fetchIt()).toBe(text)
    expect(ranges()).toEqual(['bytes=5000-', 'bytes=5015-', undefined])
  })

  test('that is cut short is not taken for whole: the rest is fetched', async () => {
    bench.globus.faults.once('https', 'GET /*', { kind: 'status', status: 200, headers: { 'content-length': '5000' }, body: text.slice(0, 1_000) })
    expect(await fetchIt(bench.step(), { quietMs: 2_000 })).toBe(text)
    expect(ranges()).toEqual([undefined, 'bytes=1000-'])
  })

  test('is removed there afterwards, and once is enough', async () => {
    const { signal } = new AbortController()
    await bench.https().remove([`${bench.path}out`, `${bench.path}never`], signal)
    expect(await isThere(join(bench.there, 'out'))).toBe(false)
  })
})
