import { join, resolve } from 'node:path'
import { chatOf } from '../chat'
import { expect, siteModels, test } from '../site-lab'

const folder = resolve('test-results/screens')
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
  { width: 2560, height: 1200 },
]

for (const theme of ['light', 'dark'] as const)
  test(`status with a site, ${theme}`, async ({ lab }) => {
    const { page, electron } = await lab.start()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const resize = (size: { width: number; height: number }): Promise<unknown> => electron!.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height), size)
    const shoot = async (name: string): Promise<void> => {
      for (const size of sizes) {
        await resize(size)
        await page.waitForFunction(({ width }) => innerWidth === width, size)
        await page.screenshot({ path: join(folder, `status-${name}-${size.width}-${theme}.png`) })
      }
    }
    const open = (view: string): Promise<void> => page.evaluate((hash) => void (location.hash = hash), `#/status/${view}`)
    await open('clusters')
    await expect(page.getByRole('row', { name: /alcf/ })).toContainText('Reachable')
    await shoot('clusters')
    await open('models')
    await page.getByRole('row', { name: new RegExp(siteModels[1]) }).click()
    await shoot('models')
    await open('jobs')
    await page.getByRole('row', { name: new RegExp(siteModels[2]) }).click()
    await shoot('jobs')
    await page.evaluate(() => void (location.hash = '#/chat'))
    await chatOf(page).chooseModel(siteModels[1])
    await shoot('chat-note')
    await lab.cut()
    await open('clusters')
    await page.getByRole('row', { name: /alcf/ }).click()
    await page.getByRole('button', { name: 'Refresh alcf' }).click()
    await expect(page.getByRole('row', { name: /alcf/ })).toContainText('Not reachable')
    await shoot('cut')
    await open('models')
    await shoot('cut-models')
    await lab.mend()
  })
