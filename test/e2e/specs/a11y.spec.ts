import axe from 'axe-core'
import type { Page } from '@playwright/test'
import { expect, test } from '../app'
import { chatOf } from '../chat'
import { walk } from '../tour'

/** What axe finds serious or critical on the page as it stands, a line each. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`))
  })
}

for (const theme of ['light', 'dark'] as const)
  test(`axe finds nothing serious on any page in the ${theme} theme`, async ({ apps }) => {
    const { page } = await apps.start()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const findings: Record<string, string[]> = {}
    await walk(page, async ({ name }) => {
      const found = await seriousFindings(page)
      if (found.length > 0) findings[name] = found
    })
    expect(findings).toEqual({})
  })

test('a first chat needs no mouse', async ({ apps }) => {
  const { page } = await apps.start()
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')
  const tabTo = async (name: string): Promise<void> => {
    await page.getByRole('main').waitFor()
    for (let presses = 0; presses < 40 && (await focused()) !== name; presses += 1) await page.keyboard.press('Tab')
    expect(await focused()).toBe(name)
  }
  await tabTo('Look around')
  await page.keyboard.press('Enter')
  const chat = chatOf(page)
  await expect(chat.message).toBeFocused()
  await page.keyboard.type('Show me some math')
  await page.keyboard.press('Enter')
  await chat.answered()
  await expect(chat.message).toBeFocused()
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('settings')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'General', level: 1 })).toBeVisible()
})
