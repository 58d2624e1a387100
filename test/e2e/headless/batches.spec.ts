import type { App } from '../app'
import { batchesOf, batchLines, writeScratch } from '../batch-lab'
import { seriousFindings } from '../axe'
import { isStored } from '../chat'
import { dropPaths } from '../drop'
import { expect, test } from '../lab'

test('while the core is gone the list stays with its age, and a file that is queued goes after the restart, once', async ({ lab, apps }) => {
  const app = await lab.start()
  const { page } = app
  const before = batchesOf(page)
  await dropPaths(page, await writeScratch(apps.scratch, 'first.jsonl', batchLines(2)))
  await before.queue.click()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  await before.open()
  await expect(before.item('first')).toContainText('2 of 2')

  for (const pid of app.corePids()) process.kill(pid, 'SIGKILL')
  await expect(page.getByRole('main')).toContainText('This is what was known just now: FIRST Desktop does not answer this window.')
  await expect(before.item('first')).toContainText('2 of 2')
  await dropPaths(page, await writeScratch(apps.scratch, 'later.jsonl', batchLines(3)))
  await expect(page.getByText('It is kept in this window')).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Keep it and send it later' }).click()
  await expect(before.item('later')).toContainText('In the outbox')
  expect(await seriousFindings(page)).toEqual([])
  await app.kill()

  const again = await app.start()
  const after = batchesOf(again.page)
  await after.open()
  await expect(after.item('later')).toContainText('3 of 3')
  await expect(after.list.getByRole('listitem')).toHaveCount(2)
  expect(lab.server.chats).toHaveLength(5)
})

test('a file that was dropped and not queued is still there after a restart', async ({ lab, apps }) => {
  const app = await lab.start()
  await dropPaths(app.page, await writeScratch(apps.scratch, 'draft.jsonl', batchLines(2)))
  await expect(app.page.getByText('The file is right')).toBeVisible()
  await app.kill()
  const { page } = await app.start()
  const batches = batchesOf(page)
  await batches.open()
  await expect(page.getByText('draft.jsonl is checked and not queued yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Go on' }).click()
  await batches.queue.click()
  await expect(page.getByText('2 of 2')).toBeVisible()
})

/** More than the sockets to a process that has stopped will hold. */
const largeLines = (count: number): string => batchLines(count).replaceAll('Question', `Question ${'x'.repeat(2 ** 20)}`)

test('a file that was cut on its way to the core, and an order that was, are there after a restart, once', async ({ lab, apps }) => {
  const app = await apps.start({ config: lab.config.replace('kind: direct', 'kind: direct\n    batchService: true') })
  const stopCore = (life: App): void => void process.kill(life.corePids()[0]!, 'SIGSTOP')
  await app.page.getByRole('button', { name: 'Look around' }).click()
  await batchesOf(app.page).open()
  await app.page.getByText('Drop a JSONL file anywhere in this window').waitFor()
  stopCore(app)
  await dropPaths(app.page, await writeScratch(apps.scratch, 'cut.jsonl', largeLines(24)))
  await expect(app.page.getByRole('progressbar', { name: 'Read in' })).toBeVisible()
  await expect.poll(() => isStored(app.page, 'cut.jsonl')).toBe(true)
  await app.kill()

  const second = await app.start()
  await batchesOf(second.page).open()
  await second.page.getByRole('button', { name: 'Go on' }).click()
  await expect(second.page.getByText('The file is right')).toBeVisible()
  stopCore(second)
  await batchesOf(second.page).queue.click()
  await expect.poll(() => isStored(second.page, '"order":{')).toBe(true)
  await second.kill()

  const { page } = await second.start()
  const batches = batchesOf(page)
  await batches.open()
  await expect(batches.item('cut')).toContainText('24 of 24')
  await expect(batches.list.getByRole('listitem')).toHaveCount(1)
  expect(lab.server.chats).toHaveLength(24)
  await batches.item('cut').getByRole('link').click()
  await expect(page.getByRole('main').getByRole('status').filter({ hasText: 'sent one by one' })).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])
})
