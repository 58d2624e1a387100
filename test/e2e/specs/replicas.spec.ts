import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import OpenAI, { toFile } from 'openai'
import { seriousFindings } from '../axe'
import { chatOf } from '../chat'
import { openFiles } from '../processes'
import { broken, cold, expect, quick, test } from '../replicas-lab'

/** The details of one model on the status page. */
function modelOf(page: Page, id: string) {
  const details = page.getByRole('complementary', { name: 'Model' })
  const row = page.getByRole('grid', { name: 'Models' }).getByRole('row').filter({ hasText: id })
  return {
    row,
    details,
    scaling: details.getByRole('region', { name: 'Scaling on here' }),
    replicas: details.getByRole('list', { name: 'Replicas' }).getByRole('listitem'),
    button: (name: string | RegExp) => details.getByRole('button', { name }),
    async open(): Promise<void> {
      await page.evaluate(() => void (location.hash = '#/status/models'))
      await row.click()
      await expect(details).toContainText(id)
    },
  }
}

test('a message to a cold model shows how its start goes, and then the answer', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  await chat.chooseModel(cold)
  await expect(page.getByRole('group', { name: 'The model is not live yet' })).toContainText('it starts with your message')
  await chat.ask('Are you there?')
  await expect(chat.answer).toContainText('cold-8b is starting on here')
  await expect(chat.answer).toContainText(/\d s/)
  expect(await seriousFindings(page)).toEqual([])
  const before = await chat.message.boundingBox()
  await lab.ready()
  await expect(chat.answer).toContainText('warm at last')
  await expect(page.getByRole('main')).toContainText('cold-8b is live.')
  expect(await chat.message.boundingBox()).toEqual(before)
})

test('an admin starts, scales, ends and stops with the keyboard or the mouse, is told what that does, and gives it back', async ({ lab }) => {
  const { page } = await lab.start()
  const model = modelOf(page, quick)
  await model.open()
  await expect(model.scaling).toContainText('Automatic as the load has it, 0 to 3')
  await model.scaling.getByRole('spinbutton', { name: 'Replicas' }).focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(model.replicas.filter({ hasText: 'Live' })).toHaveCount(2)
  await expect(model.scaling).toContainText('Kept at 2 replicas')
  await expect(model.scaling).toContainText('by Owner')
  await expect(model.row).toContainText('Kept at 2 replicas by Owner')
  expect(await seriousFindings(page)).toEqual([])

  const first = await model.replicas.first().getAttribute('aria-label')
  await model.button(`Log of ${first}`).click()
  const log = page.getByRole('dialog', { name: `Log of ${first}` })
  await expect(log.getByRole('region', { name: 'Last lines' })).toContainText('Application startup complete.')
  await log.getByRole('button', { name: 'Read again' }).click()
  await expect(log).toContainText('read just now')
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(model.details).toBeVisible()

  await lab.hold()
  await page.evaluate(() => void (location.hash = '#/chat'))
  const chat = chatOf(page)
  await chat.chooseModel(quick)
  await chat.ask('Take your time')
  await model.open()
  await model.button('Stop…').click()
  const question = page.getByRole('alertdialog')
  await expect(question).toContainText(`Stop ${quick} on here?`)
  await expect(question).toContainText('2 replicas end at once, and 1 request in flight fails.')
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(model.button('Stop…')).toBeFocused()
  await expect(model.replicas.filter({ hasText: 'Live' })).toHaveCount(2)
  await lab.release()

  await model.button(`End ${first}`).click()
  await expect(question).toContainText('Another comes in its place')
  await question.getByRole('button', { name: 'End it' }).click()
  await expect(page.getByText('Ending a replica')).toBeVisible()
  await expect(model.replicas.filter({ hasText: first! })).toContainText('Stopped')
  await expect(model.replicas.filter({ hasText: 'Live' })).toHaveCount(2)

  await model.button('Stop…').click()
  await question.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(model.scaling).toContainText('Kept stopped')
  await expect(model.replicas.filter({ hasText: 'Live' })).toHaveCount(0)
  await expect(model.row).toContainText('Offline')
  await page.evaluate(() => void (location.hash = '#/chat'))
  await chat.chooseModel(quick)
  await expect(page.getByRole('group', { name: 'The model is not live yet' })).toContainText('quick-1b is kept stopped on here by Owner')
  await model.open()
  await model.button('Back to automatic').click()
  await expect(model.scaling).toContainText('Automatic')
})

async function pidIn(file: string): Promise<number> {
  const { pid } = JSON.parse(await readFile(file, 'utf8')) as { pid: number }
  return pid
}

test('an engine, which may outlive the app, holds no file that the app has open', async ({ lab }) => {
  const { page, dataDir } = await lab.start()
  const model = modelOf(page, quick)
  await model.open()
  await model.button('Start').click()
  await expect(model.replicas.filter({ hasText: 'Live' })).toHaveCount(1)
  const replicas = join(dataDir, 'clusters/here/replicas')
  const [replica = ''] = await readdir(replicas)
  const [engine, core] = await Promise.all([join(replicas, replica, 'state.json'), join(dataDir, 'owner.json')].map(pidIn))
  // What the whole test was started with is nobody's in particular.
  const everybodys = new Set(['/dev/null', ...openFiles(process.ppid)])
  const ofCore = new Set(openFiles(core!))
  const held = openFiles(engine!).filter((file) => ofCore.has(file) && !everybodys.has(file))
  // Chromium hands this part of itself, which nobody writes, to every child.
  expect(held.filter((file) => !file.endsWith('/v8_context_snapshot.bin'))).toEqual([])
})

test('the replica of a batch says whose it is, and leads there', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  await lab.hold()
  const [url, key] = await Promise.all([app.gatewayUrl(), app.ownerKey()])
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key })
  const line = JSON.stringify({ custom_id: 'one', method: 'POST', url: '/v1/chat/completions', body: { model: quick, messages: [{ role: 'user', content: 'Hello?' }] } })
  const { id: input_file_id } = await client.files.create({ file: await toFile(Buffer.from(line), 'questions.jsonl'), purpose: 'batch' })
  await client.batches.create({ input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' })
  const model = modelOf(page, quick)
  await model.open()
  await expect(model.replicas).toContainText('Takes requests of one batch alone')
  expect(await seriousFindings(page)).toEqual([])
  await model.replicas.getByRole('link', { name: 'one batch' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('questions.jsonl')
  await lab.release()
  await expect(page.getByRole('main').getByText('Done', { exact: true })).toBeVisible()
})

test('a launch that fails is failed with what it printed, and an alert leads to it', async ({ lab }) => {
  const { page } = await lab.start()
  const model = modelOf(page, broken)
  await model.open()
  await model.button('Start').click()
  await expect(model.row).toContainText('Failed')
  await expect(model.replicas.first()).toContainText('CUDA out of memory')
  await expect(model.replicas.first().getByRole('region', { name: /printed last$/ })).toContainText('Loading weights')
  const toast = page.getByRole('listitem').filter({ hasText: 'A replica failed' }).filter({ has: page.getByRole('button', { name: 'Show', exact: true }) })
  await expect(toast).toContainText(broken)
  await model.details.getByRole('button', { name: 'Close the details' }).click()
  await toast.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(model.details).toContainText(broken)

  await page.reload()
  await modelOf(page, broken).open()
  await page.getByRole('button', { name: /^Alerts/ }).click()
  const alerts = page.getByRole('list', { name: 'Alerts' })
  await expect(alerts).toContainText(`A replica of ${broken} on here failed`)
  expect(await seriousFindings(page)).toEqual([])
  await alerts.getByRole('button', { name: `Show ${broken}` }).click()
  await expect(alerts).toBeHidden()
  await expect(toast).toHaveCount(0)
})

test('what ran last is shown at the next start, with its age', async ({ lab }) => {
  const app = await lab.start()
  const before = modelOf(app.page, broken)
  await before.open()
  await before.button('Start').click()
  await expect(before.replicas.first()).toContainText('CUDA out of memory')
  await app.stop()

  const { page } = await app.start()
  const after = modelOf(page, broken)
  await after.open()
  await expect(after.replicas.first()).toContainText('Failed')
  await expect(after.replicas.first()).toContainText('CUDA out of memory')
  await expect(after.replicas.first().getByRole('time')).toHaveAttribute('datetime', /^\d{4}-/)
})
