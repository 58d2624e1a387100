import { join, resolve } from 'node:path'
import { test } from '../app'
import { walk } from '../tour'

const folder = resolve('test-results/screens')
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
]

for (const { width, height } of sizes)
  for (const theme of ['light', 'dark'] as const)
    test(`${width}×${height}, ${theme}`, async ({ apps }) => {
      const { page, electron } = await apps.start()
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await electron!.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), { width, height })
      await walk(page, async ({ name }) => {
        await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) })
      })
    })
