import { createMaintenance, type Maintenance } from '@main/clusters/maintenance'
import { clusterConfig, type ClusterConfig } from '@shared/config/clusters'
import { MockAgent } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'
import { settled } from './manual-timers'

type Site = Extract<ClusterConfig, { kind: 'slurm' }>
const at = (text: string): number => Date.parse(text)
const lab = (more: object = {}): Site => clusterConfig.parse({ name: 'lab', kind: 'slurm', ...more }) as Site

let agent: MockAgent
let nowMs: number
let askAgain: () => void
let maintenance: Maintenance
beforeEach(() => {
  agent = new MockAgent()
  agent.disableNetConnect()
  nowMs = at('2026-05-01T12:00:00Z')
  maintenance = createMaintenance({ agent, now: () => nowMs, logger: createKeptLog().logger, every: (_ms, callback) => {
    askAgain = callback
    return () => void (askAgain = () => undefined)
  } })
})
afterEach(() => agent.close())

describe('an announced window', () => {
  const site = lab({ maintenance: [{ from: '2026-05-02T08:00:00+02:00', to: '2026-05-02T18:00:00+02:00', reason: 'New disks.' }, { from: '2026-05-03T00:00:00Z', to: '2026-05-04T00:00:00Z' }] })

  test.each([
    ['2026-05-02T05:59:59Z', undefined],
    ['2026-05-02T06:00:00Z', 'New disks, until 2026-05-02 18:00:00+02:00.'],
    ['2026-05-02T15:59:59Z', 'New disks, until 2026-05-02 18:00:00+02:00.'],
    ['2026-05-02T16:00:00Z', undefined],
    ['2026-05-03T12:00:00Z', 'announced, until 2026-05-04 00:00:00Z.'],
  ])('closes the cluster from its first moment until its last: %s', (time, reason) => {
    nowMs = at(time)
    expect(maintenance.reason(site)).toBe(reason)
  })
})

describe('a status page', () => {
  const site = lab({ statusUrl: 'https://lab.example.org/status?all=1' })
  const says = (status: number, body: string): void => void agent.get('https://lab.example.org').intercept({ path: '/status?all=1' }).reply(status, body)
  const read = async (): Promise<string | undefined> => {
    for (let turn = 0; turn < 10; turn++) await settled()
    return maintenance.reason(site)
  }

  test.each([
    ['{"lab": false, "other": true}', 'its status page says so.'],
    ['{"lab": true, "other": false}', undefined],
    ['{"lab": "maintenance"}', 'its status page says so.'],
    ['{"lab": "up"}', undefined],
    ['{"lab": {"status": "Maintenance", "reason": "A new switch."}}', 'A new switch.'],
    ['{"status": "down", "message": "Power is out."}', 'Power is out.'],
    ['{"status": "ok"}', undefined],
    ['{"other": false}', undefined],
    ['[]', undefined],
    ['<html>', undefined],
  ])('that says %s', async (body, reason) => {
    says(200, body)
    maintenance.watch([site])
    expect(await read()).toBe(reason)
  })

  test('is asked again, and what cannot be read says nothing', async () => {
    says(200, '{"lab": false}')
    maintenance.watch([site])
    expect(await read()).toBe('its status page says so.')
    says(500, '{"lab": false}')
    askAgain()
    expect(await read()).toBeUndefined()
    says(200, '{"lab": false}')
    askAgain()
    expect(await read()).toBe('its status page says so.')
    agent.get('https://lab.example.org').intercept({ path: '/status?all=1' }).replyWithError(new Error('no route'))
    askAgain()
    expect(await read()).toBeUndefined()
  })

  test('is not asked any more once no cluster names it, and what it said is kept when the configuration changes', async () => {
    says(200, '{"lab": false}')
    maintenance.watch([site])
    expect(await read()).toBe('its status page says so.')
    says(200, '{"lab": false}')
    maintenance.watch([site, lab({ name: 'other' })])
    expect(maintenance.reason(site)).toBe('its status page says so.')
    await read()
    maintenance.watch([lab()])
    askAgain()
    expect(agent.pendingInterceptors()).toEqual([])
    expect(maintenance.reason(site)).toBeUndefined()
  })
})
