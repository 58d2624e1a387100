import { mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createSiteBatches } from '../doubles/first-site/batches'
import type { Visitor } from '../doubles/globus/browse'
import { startGlobus, type Globus } from '../doubles/globus/globus'
import { siteIds, usualSite } from '../doubles/globus/usual-site'
import { ids } from '../doubles/globus/usual-world'
import { startGuardedSite, type GuardedSite } from '../integration/identity/globus/guarded-site'
import { test as base, type App } from './app'
import { chatOf } from './chat'
import { clickThrough, createDesktopBrowser, keepLinks, lastLink, type DesktopBrowser } from './globus-browser'
import { root } from './hosts/host'

export { expect } from './app'

export const ada: Visitor = { provider: 'Argonne National Laboratory', username: 'ada@anl.gov' }
export const grace: Visitor = { provider: 'University of Chicago', username: 'grace@uchicago.edu' }
export const linus: Visitor = { provider: 'ORCID', username: 'linus@orcid.org' }
export const siteModel = 'org/chat'
export const labModel = 'lab/chat'

export interface GlobusLab {
  readonly globus: Globus
  /** Of ALCF, with FIRST's checks. */
  readonly alcf: GuardedSite
  /** Of a lab that takes accounts of Chicago only, and does batches from files. */
  readonly chicago: GuardedSite
  /** Of whoever sits at the desktop; in headless that is the browser of the window. */
  readonly browser: DesktopBrowser
  start(): Promise<App>
}

/** The app with two sites, ALCF and a lab, that take tokens of the Globus double only. */
export const test = base.extend<{ lab: GlobusLab }>({
  lab: async ({ apps }, use) => {
    const globus = await startGlobus(usualSite)
    const alcf = await startGuardedSite(globus, { clusters: [{ name: 'sophia', frameworks: { vllm: [siteModel] } }] })
    const folder = join(apps.scratch, 'file-system')
    await mkdir(folder)
    await symlink(globus.folderOf(siteIds.staging), join(folder, 'project'))
    const batches = createSiteBatches({ folder, stage: () => globus.stage(siteIds.staging, ids.grace) })
    const chicago = await startGuardedSite(globus, { clusters: [{ name: 'midway', frameworks: { vllm: [labModel] } }], resourceServer: ids.labGateway, domains: ['uchicago.edu'], batches })
    const browser = createDesktopBrowser()
    await use({
      globus,
      alcf,
      chicago,
      browser,
      async start() {
        const app = await apps.start({ config: JSON.stringify(await configOf(alcf, chicago)), env: { ...globus.env, GATEWAY_SECRET: ids.gatewaySecret } })
        if (app.electron !== undefined) await keepLinks(app.electron)
        await chatOf(app.page).lookAround()
        return app
      },
    })
    await browser.close()
    await chicago.close()
    await alcf.close()
    await globus.close()
  },
})

/** The preset of ALCF with its gateway here, and a lab's own site; the app's own gateway lets Argonne's people in. */
async function configOf(alcf: GuardedSite, chicago: GuardedSite): Promise<object> {
  const preset = JSON.parse(await readFile(join(root, 'resources/sites/alcf.json'), 'utf8')) as object
  return {
    version: 1,
    sites: {
      alcf: { ...preset, gatewayUrl: alcf.url },
      lab: { title: 'The lab', clientId: ids.labClient, resourceServer: ids.labGateway, scope: ids.labScope, domains: ['uchicago.edu'], gatewayUrl: chicago.url },
    },
    clusters: [
      { name: 'alcf', kind: 'first', url: alcf.url, site: 'alcf' },
      { name: 'lab', kind: 'first', url: chicago.url, site: 'lab', staging: { root: '/project/' } },
    ],
    access: { globus: { clientId: ids.gateway, clientSecret: '${env:GATEWAY_SECRET}', allowedDomains: ['anl.gov'], allowedGroups: [ids.groups.users], policies: [ids.policy] } },
  }
}

/** The page Accounts, and the dialog of a sign-in, as a person meets them. */
export function accountsOf({ page, electron }: App, browser: DesktopBrowser) {
  const dialog = page.getByRole('dialog', { name: /^Sign in to/ })
  const accountAt = (who: string, site: string) => page.getByRole('region', { name: `${who} at ${site}` })
  return {
    dialog,
    accountAt,
    account: accountAt('ada@anl.gov', 'ALCF'),
    siteGroup: (title: string) => page.locator('section', { has: page.getByRole('heading', { name: title, level: 2 }) }),
    begin: dialog.getByRole('button', { name: /^(Open the browser|Continue)$/ }),
    async open(): Promise<void> {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click()
      await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor()
    },
    /** The page of Globus that the sign-in under way leads to. */
    async openGlobus(): Promise<Page> {
      if (electron === undefined) {
        const opened = page.context().waitForEvent('page')
        await dialog.getByRole('link', { name: 'Open the page of Globus' }).click()
        return opened
      }
      await dialog.getByText('Sign in on the page that has opened').waitFor()
      return browser.open(await lastLink(electron))
    },
    /** From its last page to the app, by the way of this host. */
    async comeBack(globus: Page): Promise<void> {
      if (electron !== undefined) {
        await globus.getByRole('heading', { name: /signed in|not/i }).waitFor()
        await globus.close()
        return
      }
      await globus.waitForURL(/auth-code/)
      const code = globus.getByLabel('Authorization code')
      // A refusal shows no code: its address says why.
      const answer = (await code.isVisible()) ? await code.inputValue() : globus.url()
      await globus.close()
      await dialog.getByRole('textbox', { name: 'Code' }).fill(answer)
      await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    },
    async passGlobus(visitor: Visitor = ada): Promise<void> {
      const globus = await this.openGlobus()
      await clickThrough(globus, visitor)
      await this.comeBack(globus)
    },
    /** From the page Accounts. */
    async signIn(site: string, visitor: Visitor): Promise<void> {
      await page.getByRole('button', { name: `Sign in to ${site}` }).click()
      await this.begin.click()
      await this.passGlobus(visitor)
      await accountAt(visitor.username, site).getByText(/Signed in|In use/).first().waitFor()
    },
  }
}
