import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { siteIds } from '../../doubles/globus/usual-site'
import { until } from '../../fixtures/until'
import { startStagedSite, type StagedSite } from './staged-site'

let site: StagedSite
beforeEach(async () => {
  site = await startStagedSite()
  await site.signIn()
})
afterEach(() => site.close())

/** A batch that has what it needs from its first moment. */
async function agreed(): Promise<void> {
  const id = await site.submit(1)
  await site.waits(id, /consent/)
  await site.signIn()
  await site.reaches(id, 'completed')
}

describe('a batch of a FIRST site with staging', () => {
  test('asks once for the consent that copying needs, goes on by itself, and brings its results home', async () => {
    const id = await site.submit(12)
    await site.waits(id, /^ALCF needs your consent to copy the files of batches/)
    const [account] = (await site.client.core.accounts.state()).accounts
    expect(account?.problem).toMatchObject({ kind: 'consent', requiredScopes: [expect.stringContaining('transfer.api.globus.org') as string, expect.stringMatching(/\/https$/) as string] })
    await site.signIn()
    expect((await site.client.core.accounts.state()).accounts[0]?.problem).toBeUndefined()
    const ended = await site.reaches(id, 'completed')
    expect(ended).toMatchObject({ total: 12, completed: 12, failed: 0, byCluster: { alcf: 12 }, usage: { inputTokens: 36, outputTokens: 24 } })
    expect(ended.note).toBeUndefined()
    expect((await site.answers(id)).map(({ custom_id: one }) => one).sort()).toEqual(Array.from({ length: 12 }, (_, index) => `q${index}`).sort())
    expect(JSON.stringify(await site.answers(id))).toContain('Site: Number 11')
    expect(site.batches.orders).toMatchObject([{ cluster: 'sophia', framework: 'vllm', inputFile: expect.stringMatching(new RegExp(`^/eagle/user-staging/.*/${id}\\.jsonl$`)) as string }])
    expect(site.alcf.site.requests).toHaveLength(0)
    expect(await site.there()).toEqual([])
  })

  test('is one batch there, whatever it is cut by', async () => {
    await agreed()
    site.batches.plan = { kind: 'hold' }
    site.globus.faults.once('https', 'PUT /*', { kind: 'hang' })
    const uploads = site.globus.calls.count('https', 'PUT /*')
    const id = await site.submit(5)
    await site.globus.calls.seen('https', 'PUT /*', uploads + 1)
    await site.restart()
    await site.waits(id, /^The batch waits in the queue of ALCF\.$/)
    await site.restart()
    await site.waits(id, /^The batch waits in the queue of ALCF\.$/)
    site.batches.plan = { kind: 'run' }
    site.globus.faults.once('https', 'GET /*', { kind: 'reset' }, { kind: 'status', status: 503 })
    expect(await site.reaches(id, 'completed')).toMatchObject({ completed: 5, failed: 0 })
    expect(site.batches.orders).toHaveLength(2)
    expect(site.alcf.site.requests).toHaveLength(0)
  })

  test('is ordered once, though the answer to its order is lost', async () => {
    await agreed()
    site.batches.lostAnswers = 1
    expect(await site.reaches(await site.submit(2), 'completed')).toMatchObject({ completed: 2 })
    expect(site.batches.orders).toHaveLength(2)
  })

  test('keeps what the site has done when it is cancelled while that is fetched', async () => {
    await agreed()
    let go = (): void => undefined
    const until = new Promise<void>((resolve) => (go = resolve))
    site.globus.faults.once('https', 'GET /*', { kind: 'slow', until })
    const fetched = site.globus.calls.count('https', 'GET /*')
    const id = await site.submit(2)
    await site.globus.calls.seen('https', 'GET /*', fetched + 1)
    await site.client.core.batches.cancel({ id })
    go()
    expect(await site.reaches(id, 'cancelled')).toMatchObject({ completed: 2, failed: 0 })
    expect(await site.there()).toEqual([])
  })

  test('gets its folder back where the access rule was taken away', async () => {
    await agreed()
    const collection = site.globus.transfer.collections.get(siteIds.staging)!
    const asked = site.batches.staged()
    site.globus.faults.once('https', 'PUT /*', { kind: 'status', status: 403, body: { message: 'The rule is gone.' } })
    const id = await site.submit(2)
    await site.reaches(id, 'completed')
    expect(site.batches.staged() - asked).toBe(2)
    expect(collection.rules).toHaveLength(1)
  })

  test('waits for a sign-in that the site\'s policy asks for, and goes on after it', async () => {
    await agreed()
    site.batches.plan = { kind: 'hold' }
    const id = await site.submit(2)
    await site.waits(id, /queue/)
    site.alcf.setPolicy(-1)
    await site.waits(id, /asks for a fresh sign-in/)
    site.alcf.setPolicy(7 * 86_400)
    site.batches.plan = { kind: 'run' }
    await site.signIn()
    expect(await site.reaches(id, 'completed')).toMatchObject({ completed: 2 })
  })

  test('that is cancelled before it went leaves nothing there', async () => {
    const id = await site.submit(2)
    await site.waits(id, /consent/)
    await site.client.core.batches.cancel({ id })
    expect(await site.reaches(id, 'cancelled')).toMatchObject({ completed: 0, failed: 2 })
    expect([site.batches.orders.length, site.alcf.site.requests.length]).toEqual([0, 0])
  })

  test('that is cancelled while the site does it says that the site goes on', async () => {
    await agreed()
    site.batches.plan = { kind: 'hold' }
    const id = await site.submit(2)
    await site.waits(id, /queue/)
    await site.client.core.batches.cancel({ id })
    expect(await site.reaches(id, 'cancelled')).toMatchObject({ failed: 2, note: 'ALCF cannot stop a batch that was begun: it goes on there, and nothing of it is fetched.' })
    expect(site.alcf.site.requests).toHaveLength(0)
  })

  test('waits for its turn where the site takes so many of one account', async () => {
    await agreed()
    site.batches.plan = { kind: 'hold' }
    const first = [await site.submit(1), await site.submit(1)]
    for (const id of first) await site.waits(id, /queue/)
    const third = await site.submit(1)
    await site.waits(third, /^ALCF takes no more batches of this account now/)
    expect(site.batches.orders).toHaveLength(3)
  })

  test('that fails there is done one by one, with the site\'s words', async () => {
    await agreed()
    site.batches.plan = { kind: 'fail', message: 'The engine did not start.' }
    const ended = await site.reaches(await site.submit(2), 'completed')
    expect(ended.note).toMatch(/The engine did not start\..*; its requests are sent one by one\.$/)
    expect(site.alcf.site.requests).toHaveLength(2)
    expect(await site.there()).toEqual([])
  })

  test('leaves no token in the log, the database or any other file but the store of secrets', async () => {
    await agreed()
    const values = site.globus.auth.tokens.values()
    expect(values.length).toBeGreaterThan(4)
    const files = (await readdir(site.dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'secrets.json').map(({ parentPath, name }) => join(parentPath, name))
    for (const content of [site.log(), ...(await Promise.all(files.map((file) => readFile(file, 'latin1'))))]) for (const value of values) expect(content.includes(value)).toBe(false)
  })
})

describe('a batch whose staging cannot be', () => {
  const note = async (settings: object, { hasStaging = true, resultsIn }: { readonly hasStaging?: boolean; readonly resultsIn?: string } = {}): Promise<string | undefined> => {
    await site.close()
    site = await startStagedSite(settings, { hasStaging })
    if (resultsIn !== undefined) site.batches.plan = { kind: 'run', resultsIn }
    await site.signIn()
    const id = await site.submit(2)
    await until('it ends, or asks for consent', async () => {
      const batch = await site.batch(id)
      if (batch?.waits !== undefined && /consent/.test(batch.waits)) await site.signIn()
      return batch?.status === 'completed'
    })
    expect(site.alcf.site.requests).toHaveLength(2)
    return (await site.batch(id))?.note
  }

  test('is sent one by one where the owner has turned it off', async () => {
    expect(await note({ enabled: false })).toBe('The site of the cluster "alcf" takes no files over HTTP: the requests are sent one by one.')
  })

  test('is sent one by one where the site has none, such as another FIRST Desktop', async () => {
    expect(await note({}, { hasStaging: false })).toBe('The site of the cluster "alcf" has no staging for the files of batches. The requests that it has not done are sent one by one.')
  })

  test('is sent one by one where the site leaves the results out of reach', async () => {
    expect(await note({ root: '/eagle/' }, { resultsIn: '/elsewhere' })).toMatch(/left the results at \/elsewhere\/.*, which its collection does not show\./)
  })

  test('is sent one by one where the site finds no file at the path of its collection', async () => {
    expect(await note({ root: '/grand/' })).toMatch(/cannot be read.*The requests that it has not done are sent one by one\.$/)
  })

  test('is sent one by one where the folder is another\'s, and says so', async () => {
    expect(await note({ collection: siteIds.staging, path: '/not-mine/' })).toMatch(/answered 403: You may not use .*The requests that it has not done are sent one by one\.$/)
  })
})

describe('a batch that goes by Globus Transfer', () => {
  test('goes from and to the collection of this machine', async () => {
    await site.close()
    site = await startStagedSite()
    const { globus } = site
    await site.configure({ root: '/eagle/', transfer: { collection: siteIds.desk, folder: globus.folderOf(siteIds.desk), path: '/' } })
    await site.signIn()
    const id = await site.submit(3)
    await site.waits(id, /^ALCF needs your consent to copy the files/)
    await site.signIn()
    // The collection of the desk asks for one of its own.
    await site.waits(id, /one thing more/)
    await site.signIn()
    expect(await site.reaches(id, 'completed')).toMatchObject({ completed: 3, failed: 0 })
    expect(globus.transfer.tasks.all().map(({ kind, status }) => `${kind} ${status}`)).toEqual(['TRANSFER SUCCEEDED', 'TRANSFER SUCCEEDED', expect.stringContaining('DELETE') as string])
    expect(globus.calls.count('https', 'PUT /*')).toBe(0)
    expect(site.alcf.site.requests).toHaveLength(0)
  })
})
