import { batchesOf, batchLines, writeScratch } from '../batch-lab'
import { seriousFindings } from '../axe'
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
