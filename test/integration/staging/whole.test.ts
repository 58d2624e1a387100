import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { model, startStagedSite, type StagedSite } from './staged-site'

let site: StagedSite
beforeEach(async () => {
  site = await startStagedSite()
})
afterEach(() => site.close())

describe('a batch of a FIRST site with staging', () => {
  test('asks once for the consent that copying needs, goes on by itself, and brings its results home', async () => {
    await site.signIn()
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
    expect(model).toBe(ended.models[0])
  })
})
