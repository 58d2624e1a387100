import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, startCli } from '../../fixtures/cli-process'
import { startStagedSite, type StagedSite } from './staged-site'

let app: BuiltApp
let site: StagedSite
beforeAll(async () => {
  app = await buildApp()
  site = await startStagedSite(undefined, {
    async startHost({ dataDir, env }) {
      const running = startCli(app, ['serve', '--port', '0', '--data-dir', dataDir], { env: { ...env } })
      const [address = ''] = /http:\S+/.exec(await running.readyLine) ?? []
      const end = async (signal: NodeJS.Signals): Promise<void> => {
        running.kill(signal)
        await running.ended
      }
      return { origin: new URL(address).origin, ownerKey: (await readFile(join(dataDir, 'local.key'), 'utf8')).trim(), stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
    },
  })
})
afterAll(async () => {
  await site.close()
  await app.remove()
})

test('a batch whose app is killed while its file goes, while the site does it, and while its results come, is one batch there, and loses no line', async () => {
  const { globus, batches } = site
  await site.signIn()
  batches.plan = { kind: 'hold' }
  globus.faults.once('https', 'PUT /*', { kind: 'hang' })
  globus.faults.once('https', 'GET /*', { kind: 'hang' })

  const id = await site.submit(200)
  await site.waits(id, /consent/)
  const shown = await runCli(app, ['batch', 'show', id], { env: { FIRST_DESKTOP_DATA_DIR: site.dataDir } })
  expect(shown.out).toContain('waits:        ALCF needs your consent to copy the files of batches to it and back.')
  await site.signIn()
  await globus.calls.seen('https', 'PUT /*', 1)
  await site.killAndStart()
  await site.waits(id, /queue of ALCF/)
  await site.killAndStart()
  await site.waits(id, /queue of ALCF/)
  batches.plan = { kind: 'run' }
  await globus.calls.seen('https', 'GET /*', 1)
  await site.killAndStart()

  expect(await site.reaches(id, 'completed')).toMatchObject({ total: 200, completed: 200, failed: 0 })
  expect(new Set((await site.answers(id)).map(({ custom_id: one }) => one)).size).toBe(200)
  expect(await site.answers(id)).toHaveLength(200)
  expect([batches.orders.length, site.alcf.site.requests.length]).toEqual([1, 0])
  expect(await site.there()).toEqual([])
}, 120_000)
