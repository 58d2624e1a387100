import type { Page } from '@playwright/test'
import axe from 'axe-core'

/** What axe finds serious or critical on the page when its colours have come to rest, a line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // It is large: once a page is enough.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async () => {
    // Halfway from one colour to another the contrast is nobody's choice; what takes longer than a second is there to be seen.
    const passing = document.getAnimations().filter(({ playState, effect }) => playState === 'running' && Number(effect?.getComputedTiming().endTime) <= 1_000)
    await Promise.allSettled(passing.map(({ finished }) => finished))
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`))
  })
}
