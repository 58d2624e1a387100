import type { Locator, Page } from '@playwright/test'
import { seriousFindings } from '../axe'
import { chatOf } from '../chat'
import { expect, siteModels, test } from '../site-lab'

const [small, large, qwen, oss] = siteModels

/** The status page as a person meets it. */
function statusOf(page: Page) {
  const details = (label: string) => page.getByRole('complementary', { name: label })
  return {
    row: (grid: string, name: string) => page.getByRole('grid', { name: grid }).getByRole('row').filter({ hasText: name }),
    rows: (grid: string) => page.getByRole('grid', { name: grid }).getByRole('row').filter({ hasNot: page.getByRole('columnheader') }),
    details,
    async open(view: 'Clusters' | 'Models' | 'Jobs'): Promise<void> {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Status' }).click()
      await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: view }).click()
    },
    async refresh(): Promise<void> {
      const button = page.getByRole('button', { name: 'Refresh all' })
      await button.click()
      await expect(button).toBeEnabled()
    },
    /** A site is asked once a second at the most: who asks in the same second as before asks again. */
    async refreshUntil(row: Locator, says: string): Promise<void> {
      await expect(async () => {
        await this.refresh()
        await expect(row).toContainText(says, { timeout: 1_000 })
      }).toPass()
    },
    filter: (name: string) => page.getByRole('group', { name: 'Filters' }).getByLabel(name, { exact: true }),
  }
}

test('clusters, models and jobs are seen as their site tells of them, and are found, filtered and sorted', async ({ lab }) => {
  const { page } = await lab.start()
  const status = statusOf(page)
  await page.keyboard.press('ControlOrMeta+Shift+S')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Status')
  await expect(status.row('Clusters', 'alcf')).toContainText('Reachable')
  await expect(status.row('Clusters', 'alcf')).toContainText('FIRST site')
  await expect(status.row('Clusters', 'metis')).toContainText('Server')
  await expect(page.getByRole('group', { name: 'At a glance' })).toContainText('3 of 3')
  await status.row('Clusters', 'alcf').click()
  await expect(status.details('Cluster')).toContainText('Nodes free7')
  await status.details('Cluster').getByRole('button', { name: 'Its models' }).click()

  await expect(status.rows('Models')).toHaveCount(siteModels.length + 1)
  for (const [model, word] of [[small, 'Live'], [large, 'Starting'], [qwen, 'Queued'], [oss, 'Offline']] as const) await expect(status.row('Models', model)).toContainText(word)
  await expect(status.row('Models', qwen)).toContainText('sophia expects to start it at Tue Nov 24')
  await expect(status.row('Models', small)).toContainText('Tool calling')
  await expect(status.row('Models', small)).toContainText('131k')
  await status.filter('Status').selectOption('Starting')
  await expect(status.rows('Models')).toHaveCount(1)
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(status.row('Models', 'gpt-oss-20b')).toContainText('metis')
  await page.keyboard.press('/')
  await page.keyboard.type('qwen')
  await expect(status.rows('Models')).toHaveCount(1)
  await page.getByRole('searchbox', { name: 'Search models' }).fill('nothing of this name')
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await page.getByRole('columnheader', { name: 'Model', exact: true }).getByRole('button').click()
  await page.getByRole('columnheader', { name: 'Model', exact: true }).getByRole('button').click()
  await expect(page.getByRole('columnheader', { name: 'Model', exact: true })).toHaveAttribute('aria-sort', 'descending')
  await expect(status.rows('Models').first()).toContainText(qwen)

  await status.rows('Models').first().click()
  await expect(status.details('Model')).toContainText('Queued')
  await page.keyboard.press('ArrowDown')
  await expect(status.details('Model').getByRole('heading', { level: 2 })).not.toHaveText(qwen)
  await page.keyboard.press('Escape')
  await expect(status.details('Model')).toBeHidden()

  await status.open('Jobs')
  await expect(status.rows('Jobs')).toHaveCount(5)
  await status.filter('State').selectOption('Queued')
  await expect(status.rows('Jobs')).toHaveCount(1)
  await status.rows('Jobs').click()
  await expect(status.details('Job')).toContainText(qwen)
  await expect(status.details('Job')).toContainText('01:02:03')
  expect(await seriousFindings(page)).toEqual([])
})

test('with the network cut all is shown as it was last, says so and how old it is; also after a restart, until it is mended', async ({ lab }) => {
  const app = await lab.start()
  const before = statusOf(app.page)
  await before.open('Clusters')
  await expect(before.row('Clusters', 'alcf')).toContainText('Reachable')
  await before.open('Jobs')
  await expect(before.rows('Jobs')).toHaveCount(5)
  await lab.cut()
  await before.open('Clusters')
  await before.refresh()
  await expect(before.row('Clusters', 'alcf')).toContainText('Not reachable')
  await expect(app.page.getByRole('main').getByRole('status')).toContainText('alcf cannot be reached. What you see of it is as of just now')
  await before.row('Clusters', 'alcf').click()
  await expect(before.details('Cluster')).toContainText('Nodes free7')
  expect(await seriousFindings(app.page)).toEqual([])
  await app.stop()

  const { page } = await app.start()
  const status = statusOf(page)
  await status.open('Clusters')
  await expect(status.row('Clusters', 'alcf')).toContainText('Not reachable')
  await expect(status.row('Clusters', 'metis')).toContainText('Reachable')
  await status.open('Models')
  await expect(status.row('Models', large)).toContainText('Unknown')
  await expect(status.row('Models', large)).toContainText('starting')
  await expect(status.row('Models', large)).toContainText('alcf cannot be reached.')
  await status.open('Jobs')
  await expect(status.rows('Jobs')).toHaveCount(5)

  await lab.mend()
  await status.open('Clusters')
  await status.row('Clusters', 'alcf').click()
  await status.details('Cluster').getByRole('button', { name: 'Refresh alcf' }).click()
  await expect(status.row('Clusters', 'alcf')).toContainText('Reachable')
  await expect(page.getByRole('main').getByRole('status').filter({ hasText: 'cannot be reached' })).toHaveCount(0)
})

test('what was seen of a model and of its site is in their history, at the next start too', async ({ lab }) => {
  const app = await lab.start()
  const before = statusOf(app.page)
  await before.open('Models')
  await expect(before.row('Models', large)).toContainText('Starting')
  lab.say(large, 'live')
  await before.refreshUntil(before.row('Models', large), 'Live')
  lab.site.set({ maintenance: ['sophia'] })
  await before.refreshUntil(before.row('Models', large), 'Maintenance')
  await before.open('Clusters')
  await expect(before.row('Clusters', 'alcf')).toContainText('Maintenance')
  await app.stop()

  const { page } = await app.start()
  const status = statusOf(page)
  await status.open('Models')
  await status.row('Models', large).click()
  const changes = status.details('Model').getByRole('list', { name: 'Last changes' }).getByRole('listitem')
  await expect(changes.filter({ hasText: 'Starting' })).toHaveCount(1)
  await expect(changes.filter({ hasText: 'Live' })).toHaveCount(1)
  await expect(changes.filter({ hasText: 'Maintenance' }).first()).toBeVisible()
  await expect(status.details('Model').getByRole('img')).toHaveAccessibleName(/live .* %.* watched/i)
  await status.details('Model').getByRole('radio', { name: '30 d' }).click()
  await expect(status.details('Model')).toContainText('30 d ago')
})

test('a model that starts says so beside the composer, with a live one to use instead', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  await chat.chooseModel(large)
  const note = page.getByRole('group', { name: 'The model is not live yet' })
  await expect(note).toContainText('Llama-3.1-70B-Instruct is starting on alcf')
  await chat.ask('Are you there?')
  await lab.site.seen(1)
  await expect(note.getByRole('button', { name: 'Cancel' })).toBeVisible()
  lab.site.behave({ kind: 'answer', text: 'The small one answers.' })
  await note.getByRole('button', { name: 'Use Llama-3.1-8B-Instruct instead' }).click()
  await expect(chat.answer).toContainText('The small one answers.')
  await expect(chat.model).toHaveAccessibleName(/Llama-3.1-8B-Instruct/)
  await expect(note).toBeHidden()

  await chat.chooseModel(qwen)
  await expect(note).toContainText('Qwen3-32B waits in the queue of alcf')
  await expect(note).toContainText('sophia expects to start it at Tue Nov 24')
  await chat.ask('And you?')
  await note.getByRole('button', { name: 'Cancel' }).click()
  await expect(chat.stop).toHaveCount(0)
})
