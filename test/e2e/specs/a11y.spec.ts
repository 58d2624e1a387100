import { expect, test } from '../app'
import { seriousFindings } from '../axe'
import { walk } from '../tour'

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
