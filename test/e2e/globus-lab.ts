import { chromium, type Browser, type ElectronApplication, type Page } from '@playwright/test'
import type { Visitor } from '../doubles/globus/browse'
import { startGlobus, type Globus } from '../doubles/globus/globus'
import { usualSite } from '../doubles/globus/usual-site'
import { startGuardedSite, type GuardedSite } from '../integration/identity/globus/guarded-site'
import { test as base, type App } from './app'
import { chatOf } from './chat'

export { expect } from './app'

export const ada: Visitor = { provider: 'Argonne National Laboratory', username: 'ada@anl.gov' }
export const siteModel = 'org/chat'

export interface GlobusLab {
  readonly globus: Globus
  /** Of ALCF, with FIRST's checks. */
  readonly alcf: GuardedSite
  start(): Promise<App>
}

/** The app whose one cluster is a site that takes tokens of the Globus double only. */
export const test = base.extend<{ lab: GlobusLab }>({
  lab: async ({ apps }, use) => {
    const globus = await startGlobus(usualSite)
    const alcf = await startGuardedSite(globus, { clusters: [{ name: 'sophia', frameworks: { vllm: [siteModel] } }] })
    await use({
      globus,
      alcf,
      async start() {
        const app = await apps.start({ config: `version: 1\nclusters: [{ name: alcf, kind: first, url: "${alcf.url}", site: alcf }]\n`, env: globus.env })
        if (app.electron !== undefined) await keepLinks(app.electron)
        await chatOf(app.page).lookAround()
        return app
      },
    })
    await alcf.close()
    await globus.close()
  },
})

const links = 'linksForTheBrowser'

/** The desktop's browser stays shut: its links are kept. */
async function keepLinks(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ shell }, name) => {
    const kept: string[] = []
    Object.assign(globalThis, { [name]: kept })
    shell.openExternal = (link) => {
      kept.push(link)
      return Promise.resolve()
    }
  }, links)
}

/** The page Accounts, and the dialog of a sign-in, as a person meets them. */
export function accountsOf({ page, electron }: App) {
  const dialog = page.getByRole('dialog', { name: /^Sign in to/ })
  return {
    dialog,
    account: page.getByRole('region', { name: 'ada@anl.gov at ALCF' }),
    begin: dialog.getByRole('button', { name: /^(Open the browser|Continue)$/ }),
    async open(): Promise<void> {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click()
      await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor()
    },
    /** Goes through the pages of Globus in Chromium, and back to the app by the way of this host. */
    async passGlobus(visitor: Visitor = ada): Promise<void> {
      if (electron === undefined) {
        const opened = page.context().waitForEvent('page')
        await dialog.getByRole('link', { name: 'Open the page of Globus' }).click()
        const globus = await opened
        await clickThrough(globus, visitor)
        await globus.waitForURL(/auth-code/)
        // A refusal shows no code: its address says why.
        const answer = visitor.decision === 'Deny' ? globus.url() : await globus.getByLabel('Authorization code').inputValue()
        await globus.close()
        await dialog.getByRole('textbox', { name: 'Code' }).fill(answer)
        await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
        return
      }
      await dialog.getByText('Sign in on the page that has opened').waitFor()
      const url = await electron.evaluate((_electron, name) => (Reflect.get(globalThis, name) as string[]).at(-1), links)
      const browser = await openChromium()
      const globus = await browser.newPage()
      await globus.goto(url ?? '')
      await clickThrough(globus, visitor)
      await globus.getByRole('heading').waitFor()
      await browser.close()
    },
  }
}

const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['FIRST_DESKTOP_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  })

/** Page by page, as each comes: whoever was logged in before is asked less. */
async function clickThrough(globus: Page, { provider, username, decision = 'Allow' }: Visitor): Promise<void> {
  const button = (name: string) => globus.getByRole('button', { name, exact: true })
  const last = button(decision)
  const next = button('Continue').or(button(`Log in as ${username}`)).or(last)
  for (;;) {
    await next.waitFor()
    const isLast = await last.isVisible()
    if (await button('Continue').isVisible()) await globus.getByLabel('Identity provider').selectOption(provider)
    await next.click()
    if (isLast) return
  }
}
