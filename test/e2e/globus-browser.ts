import { chromium, type BrowserContext, type ElectronApplication, type Page } from '@playwright/test'
import type { Visitor } from '../doubles/globus/browse'

/** The browser of the person at the desktop, beside the app: opened when it is first needed, and the same for all of a test. */
export interface DesktopBrowser {
  open(url: string): Promise<Page>
  close(): Promise<void>
}

export function createDesktopBrowser(): DesktopBrowser {
  let context: Promise<BrowserContext> | undefined
  const launch = async (): Promise<BrowserContext> => {
    const browser = await chromium.launch({
      executablePath: process.env['FIRST_DESKTOP_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    })
    return browser.newContext()
  }
  return {
    async open(url) {
      context ??= launch()
      const page = await (await context).newPage()
      await page.goto(url)
      return page
    },
    close: async () => (await context)?.browser()?.close(),
  }
}

const links = 'linksForTheBrowser'

/** The browser of this machine stays shut: links to it are kept. */
export async function keepLinks(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ shell }, name) => {
    const kept: string[] = []
    Object.assign(globalThis, { [name]: kept })
    shell.openExternal = (link) => {
      kept.push(link)
      return Promise.resolve()
    }
  }, links)
}

export async function lastLink(electron: ElectronApplication): Promise<string> {
  return (await electron.evaluate((_electron, name) => (Reflect.get(globalThis, name) as string[]).at(-1), links)) ?? ''
}

/** Page by page, as each comes: whoever was logged in before is asked less. @param look at the last page, where consent is given */
export async function clickThrough(globus: Page, { provider, username, decision = 'Allow' }: Visitor, look?: () => Promise<void>): Promise<void> {
  const button = (name: string) => globus.getByRole('button', { name, exact: true })
  const last = button(decision)
  const next = button('Continue').or(button(`Log in as ${username}`)).or(last)
  for (;;) {
    await next.waitFor()
    const isLast = await last.isVisible()
    if (isLast) await look?.()
    if (await button('Continue').isVisible()) await globus.getByLabel('Identity provider').selectOption(provider)
    await next.click()
    if (isLast) return
  }
}
