import { join, resolve } from 'node:path'
import { batchesOf, batchLines, writeScratch } from '../batch-lab'
import { dropPaths } from '../drop'
import { expect, gate, labModel, test } from '../lab'

const folder = resolve('test-results/screens')
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
]

for (const theme of ['light', 'dark'] as const)
  test(`batches, ${theme}`, async ({ lab, apps }) => {
    const { page, electron } = await lab.start()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const batches = batchesOf(page)
    const shoot = async (name: string): Promise<void> => {
      for (const size of sizes) {
        await electron!.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height), size)
        await page.waitForFunction(({ width }) => innerWidth === width, size)
        await page.screenshot({ path: join(folder, `batches-${name}-${size.width}-${theme}.png`) })
      }
    }
    const drop = async (name: string, content: string): Promise<void> => dropPaths(page, await writeScratch(apps.scratch, name, content))
    await batches.open()
    await page.getByText('Drop a JSONL file anywhere').waitFor()
    await shoot('empty')
    await drop('mistakes.jsonl', `\uFEFF${batchLines(3)}{"custom_id": \n\n${batchLines(2)}${'{"custom_id": 1}\n'.repeat(40)}`)
    await expect(page.getByText(/keep it from running/)).toBeVisible()
    await shoot('mistakes')
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('button', { name: 'Try a sample of 3 requests' }).click()
    await expect(page.getByText('Its requests name no model.')).toBeVisible()
    await page.getByRole('combobox', { name: 'Model' }).selectOption(labModel)
    await expect(page.getByText('The file is right')).toBeVisible()
    await shoot('sample')
    await batches.queue.click()
    await expect(page.getByText('Done', { exact: true })).toBeVisible()

    lab.server.behaveOnce({ kind: 'status', status: 400, body: { error: { message: 'The prompt is longer than this model can read: 9,214 tokens of 8,192.', type: 'invalid_request_error', code: 'context_length_exceeded' } } })
    lab.server.behaveOnce({ kind: 'answer', text: 'The sky is blue because air scatters the short waves of sunlight more than the long ones; this is called Rayleigh scattering.' })
    await drop('abstracts-of-march.jsonl', batchLines(400))
    await expect(page.getByText('The file is right')).toBeVisible()
    await shoot('checked')
    await batches.queue.click()
    await expect(page.getByText('Done, some failed')).toBeVisible({ timeout: 60_000 })
    await shoot('detail')
    await batches.rows.nth(1).click()
    await expect(page.getByRole('region', { name: 'Failure' })).toContainText('longer')
    await shoot('row')
    const { until, open } = gate()
    let left = 250
    lab.server.behave(() => (left-- > 0 ? { kind: 'answer', text: 'a short answer' } : { kind: 'answer', text: 'late', startWhen: until }))
    await drop('long-run.jsonl', batchLines(2000))
    await batches.queue.click()
    await expect(page.getByText('250 of 2,000')).toBeVisible({ timeout: 60_000 })
    await shoot('running')
    await batches.open()
    await shoot('list')
    await page.getByRole('button', { name: 'Stay awake' }).click()
    await batches.item('long-run').getByRole('button', { name: /^What to do/ }).click()
    await shoot('menu')
    await page.getByRole('menuitem', { name: 'Cancel…' }).click()
    await shoot('cancel')
    await page.keyboard.press('Escape')
    open()
  })
