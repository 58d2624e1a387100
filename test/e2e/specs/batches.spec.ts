import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '../app'
import { seriousFindings } from '../axe'
import { batchesOf, batchLines, writeScratch } from '../batch-lab'
import { dropPaths } from '../drop'
import { expect, gate, test } from '../lab'
import { quick, test as onReplicas } from '../replicas-lab'

/** Presses what saves, and reads what was saved. */
async function savedBy(app: App, folder: string, press: () => Promise<void>): Promise<string> {
  const { page, electron } = app
  if (electron === undefined) {
    const [download] = await Promise.all([page.waitForEvent('download'), press()])
    return readFile(await download.path(), 'utf8')
  }
  const path = join(folder, 'saved')
  const done = electron.evaluate(
    ({ session }, to) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(to)
          item.once('done', (_done, state) => resolve(state))
        })
      }),
    path,
  )
  await press()
  expect(await done).toBe('completed')
  return readFile(path, 'utf8')
}

test('a file that is dropped on any page is checked, queued, watched to its end, looked into and saved', async ({ lab, apps }) => {
  const app = await lab.start()
  const { page } = app
  const batches = batchesOf(page)
  lab.server.behaveOnce({ kind: 'status', status: 400, body: { error: { message: 'This one is too odd.', type: 'invalid_request_error', code: 'odd' } } })
  await dropPaths(page, await writeScratch(apps.scratch, 'papers.jsonl', batchLines(12)))

  await expect(page.getByRole('heading', { name: 'papers.jsonl', level: 1 })).toBeVisible()
  await expect(page.getByText('The file is right')).toBeVisible()
  await expect(page.getByRole('group', { name: 'In the file' })).toContainText('12')
  await expect(page.getByRole('radiogroup', { name: 'Where it runs' })).toContainText('lab')
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('textbox', { name: 'Name' }).fill('Papers of March')
  await batches.queue.click()

  await expect(page.getByRole('heading', { name: 'Papers of March', level: 1 })).toBeVisible()
  await expect(page.getByText('Done, some failed')).toBeVisible()
  await expect(page.getByRole('group', { name: 'How far it is' })).toContainText('11 of 12')
  await expect(batches.rows).toHaveCount(13)
  await expect(batches.rows.nth(1)).toContainText('Failed')
  await expect(batches.rows.nth(1)).toContainText('This one is too odd.')
  await batches.rows.nth(2).click()
  const panel = page.getByRole('region', { name: 'Request and answer' })
  await expect(panel.getByRole('region', { name: 'Request' })).toContainText(/Question \d/)
  await expect(panel.getByRole('region', { name: 'Answer' })).toContainText('assistant')
  await panel.getByRole('radio', { name: 'JSON' }).click()
  await expect(panel.getByRole('region', { name: 'Answer' })).toContainText('"status_code": 200')
  expect(await seriousFindings(page)).toEqual([])
  await batches.rows.nth(2).press('ArrowDown')
  await expect(batches.rows.nth(3)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()

  await page.getByRole('searchbox', { name: 'Search the requests' }).fill('q-11')
  await expect(batches.rows).toHaveCount(2)
  await page.getByRole('searchbox', { name: 'Search the requests' }).fill('')
  await page.getByRole('radio', { name: 'Failed 1' }).click()
  await expect(batches.rows).toHaveCount(2)

  const save = (what: string) => async (): Promise<void> => {
    await page.getByRole('button', { name: 'Save results' }).click()
    await page.getByRole('menuitem', { name: what }).click()
  }
  const lines = (await savedBy(app, apps.scratch, save('All results as JSONL'))).trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id).sort()).toEqual(Array.from({ length: 12 }, (_, index) => `q-${index + 1}`).sort())
  expect((await savedBy(app, apps.scratch, save('All results as CSV'))).trimEnd().split(/\r?\n/)[0]).toContain('custom_id')

  await page.getByRole('button', { name: 'Retry what failed' }).click()
  await expect(page.getByRole('heading', { name: 'papers.retry.jsonl', level: 1 })).toBeVisible()
  await expect(page.getByRole('group', { name: 'How far it is' })).toContainText('1 of 1')
  await page.getByRole('button', { name: 'Remove…' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('1 result')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(batches.list.getByRole('listitem')).toHaveCount(1)
  await expect(batches.item('Papers of March')).toContainText('11 of 12')
  expect(await seriousFindings(page)).toEqual([])
  expect(app.problems).toEqual([])
})

test('what cannot be a batch is told in a sentence, wherever it is dropped', async ({ lab, apps }) => {
  const { page } = await lab.start()
  const { toast } = batchesOf(page)
  const folder = join(apps.scratch, 'papers')
  await mkdir(folder)
  const cases: readonly (readonly [said: string, ...paths: string[]])[] = [
    ['“papers” is a folder.', folder],
    ['“all.zip” is an archive.', await writeScratch(apps.scratch, 'all.zip', Buffer.from('504b0304', 'hex'))],
    ['“figure.png” is an image.', await writeScratch(apps.scratch, 'figure.png', Buffer.from('89504e470d0a1a0a', 'hex'))],
    ['“nothing.jsonl” is empty.', await writeScratch(apps.scratch, 'nothing.jsonl', '')],
    ['“picture.jsonl” is an image.', await writeScratch(apps.scratch, 'picture.jsonl', Buffer.from('89504e470d0a1a0a', 'hex'))],
    ['These are 2 files, and a batch is one.', await writeScratch(apps.scratch, 'one.jsonl', batchLines(1)), await writeScratch(apps.scratch, 'two.jsonl', batchLines(1))],
  ]
  for (const [said, ...paths] of cases) {
    await dropPaths(page, ...paths)
    await expect(toast(said)).toBeVisible()
  }
  expect(await seriousFindings(page)).toEqual([])
  expect(await page.evaluate(() => location.hash)).toContain('#/chat')
})

test('mistakes are shown with their line and what to do, and what is only good to know apart from them', async ({ lab, apps }) => {
  const { page } = await lab.start()
  const { queue } = batchesOf(page)
  await dropPaths(page, await writeScratch(apps.scratch, 'odd.jsonl', `\uFEFF${batchLines(2)}{"custom_id": \n\n${batchLines(1)}`))
  await expect(page.getByText('2 mistakes keep it from running')).toBeVisible()
  const mistakes = page.getByRole('region', { name: 'Mistakes' }).getByRole('listitem')
  await expect(mistakes.filter({ hasText: 'invalid_json_line' })).toContainText('Line 3')
  await expect(mistakes.filter({ hasText: 'duplicate_custom_id' })).toContainText('Line 5')
  await expect(page.getByRole('region', { name: 'Good to know' })).toContainText('byte-order mark')
  await expect(page.getByRole('region', { name: 'Good to know' })).toContainText('1 blank line is passed over.')
  await expect(queue).toBeHidden()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByText('Drop a JSONL file anywhere in this window')).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])
})

onReplicas('the sample asks for a model; its batch can be paused, resumed and cancelled, and goes on after a restart', async ({ lab }) => {
  const app = await lab.start()
  const before = batchesOf(app.page)
  await lab.hold()
  await before.open()
  await app.page.getByRole('button', { name: 'Try a sample of 3 requests' }).click()
  await expect(app.page.getByText('Its requests name no model.')).toBeVisible()
  await expect(before.queue).toBeDisabled()
  await app.page.getByRole('combobox', { name: 'Model' }).selectOption(quick)
  await expect(app.page.getByText('The file is right')).toBeVisible()
  await before.queue.click()
  await expect(app.page.getByRole('heading', { name: 'sample', level: 1 })).toBeVisible()
  await app.page.getByRole('button', { name: 'Pause' }).click()
  await expect(app.page.getByText('Paused')).toBeVisible()
  await app.stop()
  await lab.release()

  const { page } = await app.start()
  const batches = batchesOf(page)
  await batches.open()
  await expect(batches.item('sample')).toContainText('Paused')
  await batches.item('sample').getByRole('button', { name: 'What to do with sample' }).click()
  await page.getByRole('menuitem', { name: 'Resume' }).click()
  await expect(batches.item('sample')).toContainText('3 of 3')
  await expect(batches.item('sample')).toContainText('Done')

  await lab.hold()
  await page.getByRole('button', { name: 'Choose a file' }).waitFor()
  await page.locator('input[type=file]').setInputFiles({ name: 'more.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(batchLines(5, quick)) })
  await batches.queue.click()
  await page.getByRole('button', { name: 'Cancel…' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('Cancel more?')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the batch' }).click()
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible()
  await lab.release()
})

test('the end of a batch is told on another page, with the way to it', async ({ lab, apps }) => {
  const app = await lab.start()
  const { page } = app
  const batches = batchesOf(page)
  const { until, open } = gate()
  lab.server.behave({ kind: 'answer', text: 'fine', startWhen: until })
  await dropPaths(page, await writeScratch(apps.scratch, 'short.jsonl', batchLines(2)))
  await batches.queue.click()
  await expect(page.getByText('Running', { exact: true })).toBeVisible()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
  open()
  const toast = page.getByRole('listitem').filter({ hasText: 'short: done' })
  await expect(toast).toContainText('2 answers to 2 requests')
  await toast.getByRole('button', { name: 'Show' }).click()
  await expect(page.getByRole('heading', { name: 'short', level: 1 })).toBeVisible()
})
