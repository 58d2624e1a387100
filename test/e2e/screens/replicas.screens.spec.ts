import { join, resolve } from 'node:path'
import { chatOf } from '../chat'
import { broken, cold, expect, quick, test } from '../replicas-lab'

const folder = resolve('test-results/screens')
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
]

for (const theme of ['light', 'dark'] as const)
  test(`replicas, ${theme}`, async ({ lab }) => {
    const { page, electron } = await lab.start()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const shoot = async (name: string): Promise<void> => {
      for (const size of sizes) {
        await electron!.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height), size)
        await page.waitForFunction(({ width }) => innerWidth === width, size)
        await page.screenshot({ path: join(folder, `replicas-${name}-${size.width}-${theme}.png`) })
      }
    }
    const go = (hash: string): Promise<void> => page.evaluate((to) => void (location.hash = to), hash)
    const details = page.getByRole('complementary', { name: 'Model' })
    const open = async (id: string): Promise<void> => {
      await go('#/status/models')
      await page.getByRole('row').filter({ hasText: id }).getByRole('gridcell').first().click()
      await expect(details).toContainText(id)
    }
    await open(broken)
    await details.getByRole('button', { name: 'Start' }).click()
    await expect(details.getByRole('region', { name: /printed last$/ })).toContainText('CUDA out of memory')
    await details.evaluate((panel) => panel.scrollTo({ top: panel.scrollHeight / 2 }))
    await shoot('failed')
    await details.getByRole('button', { name: /^Log of/ }).first().click()
    await expect(page.getByRole('region', { name: 'Last lines' })).toBeVisible()
    await shoot('log')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Alerts/ }).click()
    await shoot('alerts')
    await page.keyboard.press('Escape')

    await open(quick)
    await details.getByRole('spinbutton', { name: 'Replicas' }).fill('2')
    await page.keyboard.press('Enter')
    await expect(details.getByRole('list', { name: 'Replicas' }).getByRole('listitem').filter({ hasText: 'Live' })).toHaveCount(2)
    await shoot('details')
    await details.getByRole('list', { name: 'Replicas' }).scrollIntoViewIfNeeded()
    await details.evaluate((panel) => panel.scrollTo({ top: 260 }))
    await shoot('details-list')
    await details.getByRole('button', { name: 'Stop…' }).click()
    await shoot('confirm')
    await page.keyboard.press('Escape')
    await go('#/status/clusters')
    await page.getByRole('row').filter({ hasText: 'here' }).click()
    await shoot('cluster')

    await go('#/chat')
    const chat = chatOf(page)
    await chat.chooseModel(cold)
    await chat.ask('Are you there?')
    await expect(chat.answer).toContainText('is starting')
    await shoot('chat-first')
    await lab.ready()
    await expect(chat.answer).toContainText('warm at last')
    await lab.unready()
    await open(cold)
    await details.getByRole('button', { name: 'Stop…' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(details).toContainText('Kept stopped')
    await expect(page.getByRole('row').filter({ hasText: cold })).toContainText('Offline')
    await details.getByRole('button', { name: 'Back to automatic' }).click()
    await go('#/chat')
    await chat.chooseModel(cold)
    await chat.ask('And now?')
    await expect(chat.answer).toContainText('is starting')
    await shoot('chat-again')
  })
