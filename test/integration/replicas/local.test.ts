import { afterEach, describe, expect, test } from 'vitest'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

let site: SiteUnderTest
afterEach(() => site.close())

const here = (...deployments: readonly object[]): object => ({ clusters: [{ name: 'here', kind: 'local', deployments }] })
const deployment = (more: object = {}): object => ({ model: 'org/scripted', framework: 'api', launch: scripted('--says', '"hello from a process"'), ...more })

describe('a deployment of this machine', { timeout: 60_000 }, () => {
  test('is cold, comes up for a request, answers it, and ends when the app quits', async () => {
    site = await startSite(here(deployment()))
    expect(await site.model('org/scripted')).toMatchObject({ status: 'offline', cluster: 'here', framework: 'api' })
    const answer = await site.client().chat.completions.create({ model: 'org/scripted', messages: [{ role: 'user', content: 'Hello?' }] })
    expect(answer.choices[0]?.message.content).toBe('hello from a process')
    const [replica] = await site.replicas()
    expect(replica).toMatchObject({ state: 'live', model: 'org/scripted', attempt: 1 })
    const pid = Number(replica?.handle?.split('@')[0])
    expect(() => process.kill(pid, 0)).not.toThrow()
    await site.restart()
    expect(() => process.kill(pid, 0)).toThrow()
    await until('its end is known', async () => (await site.replicas()).every(({ state }) => state === 'stopped'))
  })
})
