import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, openApps, test as base } from '../app'
import { seriousFindings } from '../axe'
import { tabRound } from '../focus'
import { settle, walk } from '../tour'

const themes = ['light', 'dark'] as const

/** What was wrong anywhere, by the name of the stop. */
interface Found {
  readonly axe: Record<(typeof themes)[number], Record<string, string[]>>
  readonly focus: string[]
  /** Breaches of the security policy, and errors. */
  readonly problems: readonly string[]
}

/** One tour of all pages, on which everything is looked at that holds for each. */
const test = base.extend<object, { found: Found }>({
  found: [
    async ({ host, display }, use, { project: { outputDir } }) => {
      const apps = await openApps({ host, display })
      const { page, problems } = await apps.start()
      const found: Found = { axe: { light: {}, dark: {} }, focus: [], problems }
      await page.emulateMedia({ reducedMotion: 'reduce' })
      // The first load was over before anybody could listen.
      await page.reload()
      const tour = walk(page, async ({ name }) => {
        for (const theme of themes) {
          await wear(page, theme)
          const findings = await seriousFindings(page)
          if (findings.length > 0) found.axe[theme][name] = findings
        }
        // In a menu the arrows walk; Tab does nothing there, and Escape leads out.
        if (name !== 'conversation-menu') found.focus.push(...(await focusFaults(page)).map((fault) => `${name}: ${fault}`))
      })
      await tour.catch(async (error: unknown) => {
        await page.screenshot({ path: join(outputDir, 'every-page.png') })
        throw error
      })
      await apps.close()
      await use(found)
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

async function wear(page: Page, theme: (typeof themes)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
  await settle(page)
}

async function focusFaults(page: Page): Promise<string[]> {
  const { steps, isRound } = await tabRound(page)
  const faults = steps.flatMap(({ name, fault }) => (fault === undefined ? [] : [`${name}: ${fault}`]))
  return isRound ? faults : [`Tab does not come round: ${steps.slice(-3).map(({ name }) => name).join(' → ')}`, ...faults]
}

for (const theme of themes)
  test(`axe finds nothing serious on any page in the ${theme} theme`, ({ found }) => {
    expect(found.axe[theme]).toEqual({})
  })

test('on every page Tab goes round, and the focus is seen at each step', ({ found }) => {
  expect(found.focus).toEqual([])
})

test('no page breaks the security policy or says an error', ({ found }) => {
  expect(found.problems).toEqual([])
})
