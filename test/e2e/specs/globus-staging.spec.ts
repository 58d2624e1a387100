import { mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createSiteBatches, type SiteBatches } from '../../doubles/first-site/batches'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { siteIds, usualSite } from '../../doubles/globus/usual-site'
import { ids } from '../../doubles/globus/usual-world'
import { startGuardedSite, type GuardedSite } from '../../integration/identity/globus/guarded-site'
import { test as base, type App } from '../app'
import { batchesOf, batchLines, writeScratch } from '../batch-lab'
import { chatOf } from '../chat'
import { dropPaths } from '../drop'
import { clickThrough, createDesktopBrowser, keepLinks, type DesktopBrowser } from '../globus-browser'
import { accountsOf, ada, expect, siteModel } from '../globus-lab'
import { root } from '../hosts/host'

interface StagingLab {
  readonly globus: Globus
  readonly alcf: GuardedSite
  readonly batches: SiteBatches
  readonly browser: DesktopBrowser
  start(): Promise<App>
}

/** The app with a FIRST site that does batches, to which files are copied. */
const test = base.extend<{ site: StagingLab }>({
  site: async ({ apps }, use) => {
    const globus = await startGlobus(usualSite)
    const fileSystem = join(apps.scratch, 'file-system-of-the-site')
    await mkdir(fileSystem)
    await symlink(globus.folderOf(siteIds.staging), join(fileSystem, 'eagle'))
    const batches = createSiteBatches({ folder: fileSystem, stage: () => globus.stage(siteIds.staging, ids.ada) })
    const alcf = await startGuardedSite(globus, { clusters: [{ name: 'sophia', frameworks: { vllm: [siteModel] } }], batches })
    const preset = JSON.parse(await readFile(join(root, 'resources/sites/alcf.json'), 'utf8')) as object
    const config = { version: 1, sites: { alcf: { ...preset, gatewayUrl: alcf.url } }, clusters: [{ name: 'alcf', kind: 'first', url: alcf.url, site: 'alcf', staging: { root: '/eagle/' } }] }
    const browser = createDesktopBrowser()
    await use({
      globus,
      alcf,
      batches,
      browser,
      async start() {
        const app = await apps.start({ config: JSON.stringify(config), env: globus.env })
        if (app.electron !== undefined) await keepLinks(app.electron)
        await chatOf(app.page).lookAround()
        return app
      },
    })
    await browser.close()
    await alcf.close()
    await globus.close()
  },
})

test('a batch goes to its site as a file: the consent for that is one sentence and one button, and the results come home by themselves', async ({ site, apps }) => {
  const app = await site.start()
  const { page } = app
  const accounts = accountsOf(app, site.browser)
  const batches = batchesOf(page)
  site.batches.plan = { kind: 'hold' }
  await accounts.open()
  await accounts.signIn('ALCF', ada)

  await test.step('it waits for the consent, which Globus lists and the person gives', async () => {
    await batches.open()
    await page.getByRole('button', { name: 'Choose a file' }).waitFor()
    await dropPaths(page, await writeScratch(apps.scratch, 'numbers.jsonl', batchLines(30, siteModel)))
    await batches.queue.click()
    await expect(page.getByRole('status').filter({ hasText: 'ALCF needs your consent to copy the files of batches to it and back.' }).first()).toBeVisible()
    await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
    const globus = await accounts.openGlobus()
    const access = globus.getByRole('list', { name: 'Access' })
    await clickThroughTo(globus, () => expect(access).toContainText('Transfer files'))
    await expect(access).toContainText('Read and write files on Inference staging')
    await clickThrough(globus, ada)
    await accounts.comeBack(globus)
  })

  await test.step('it is copied, waits in the queue of the site, and ends with all its results', async () => {
    await expect(page.getByText('The batch waits in the queue of ALCF.').first()).toBeVisible()
    site.batches.plan = { kind: 'run' }
    await expect(page.getByRole('group', { name: 'How far it is' })).toContainText('30 of 30', { timeout: 30_000 })
    await expect(page.getByText('Done', { exact: true })).toBeVisible()
    expect([site.batches.orders.length, site.alcf.site.requests.length]).toEqual([1, 0])
    await expect(batches.rows.filter({ hasText: 'Site: Question 7' })).toHaveCount(1)
  })

  await test.step('the account says what was granted', async () => {
    await accounts.open()
    await expect(accounts.account.getByRole('row', { name: /Globus Transfer/ })).toBeVisible()
  })
})

/** Globus may list what it asks for at once, or ask who it is first. */
async function clickThroughTo(globus: Parameters<typeof clickThrough>[0], isThere: () => Promise<void>): Promise<void> {
  const next = globus.getByRole('button', { name: 'Continue', exact: true }).or(globus.getByRole('button', { name: `Log in as ${ada.username}`, exact: true }))
  await globus.getByRole('button').first().waitFor()
  while (await next.isVisible()) {
    const provider = globus.getByLabel('Identity provider')
    if (await provider.isVisible()) await provider.selectOption(ada.provider)
    await next.click()
    await globus.getByRole('button').first().waitFor()
  }
  await isThere()
}
