import type { Page } from '@playwright/test'
import { chatOf } from './chat'

export interface Stop {
  readonly name: string
  /** Leads there from wherever the tour has got to. */
  visit(page: Page): Promise<void>
  /** Closes what was opened over the page. */
  leave?(page: Page): Promise<void>
}

const escape = (page: Page): Promise<void> => page.keyboard.press('Escape')
const goTo = (page: Page, path: string): Promise<void> => page.evaluate((hash) => void (location.hash = hash), path)

/** One after the other, from a first start on: every page, and what opens over it. */
export const tour: readonly Stop[] = [
  { name: 'welcome', visit: (page) => page.getByRole('heading', { name: 'Welcome to FIRST Desktop' }).waitFor() },
  { name: 'new-chat', visit: (page) => chatOf(page).lookAround() },
  {
    name: 'chat',
    async visit(page) {
      const chat = chatOf(page)
      await chat.ask('Show me some math')
      await chat.answered()
      await chat.ask('Show me some code')
      await chat.answered()
    },
  },
  { name: 'model-picker', visit: (page) => chatOf(page).model.click(), leave: escape },
  { name: 'parameters', visit: (page) => page.getByRole('button', { name: /^Parameters/ }).click(), leave: escape },
  {
    name: 'conversation-menu',
    visit: (page) => page.getByRole('button', { name: 'Actions for this conversation' }).click(),
    leave: escape,
  },
  {
    name: 'search',
    visit: (page) => page.getByRole('searchbox', { name: 'Search conversations' }).fill('math'),
    leave: (page) => page.getByRole('searchbox', { name: 'Search conversations' }).fill(''),
  },
  { name: 'palette', visit: (page) => page.keyboard.press('ControlOrMeta+k'), leave: escape },
  ...Object.entries({ general: 'General', servers: 'Servers and models', data: 'Data', about: 'About' }).map(([section, title]) => ({
    name: `settings-${section}`,
    async visit(page: Page) {
      await goTo(page, `#/settings/${section}`)
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    },
  })),
  {
    name: 'add-server',
    async visit(page) {
      await goTo(page, '#/settings/servers/add')
      await page.getByRole('dialog', { name: 'Add a server' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'add-file',
    async visit(page) {
      await goTo(page, '#/settings/servers/files')
      await page.getByRole('dialog', { name: 'Run a model on this workstation' }).waitFor()
    },
    leave: escape,
  },
  ...Object.entries({ overview: 'Overview', keys: 'Keys', connect: 'Connect', requests: 'Requests', usage: 'Usage', servers: 'Servers' }).map(([section, title]) => ({
    name: `gateway-${section}`,
    async visit(page: Page) {
      await goTo(page, `#/gateway/${section}`)
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
      if (section === 'usage') await page.locator('canvas').or(page.getByText('Nothing was asked in this time.')).waitFor()
    },
  })),
  ...['clusters', 'models', 'jobs'].map((view) => ({
    name: `status-${view}`,
    async visit(page: Page) {
      await goTo(page, `#/status/${view}`)
      await page.getByRole('searchbox', { name: `Search ${view}` }).waitFor()
    },
  })),
  {
    name: 'status-details',
    async visit(page) {
      await goTo(page, '#/status/models')
      await page.getByRole('row', { name: /guide/ }).click()
      await page.getByRole('complementary', { name: 'Model' }).waitFor()
    },
    leave: (page) => page.getByRole('button', { name: 'Close the details' }).click(),
  },
  {
    name: 'batches-none',
    async visit(page) {
      await goTo(page, '#/batches')
      await page.getByText('Drop a JSONL file anywhere in this window').waitFor()
    },
  },
  {
    name: 'batch-report',
    async visit(page) {
      await page.getByRole('button', { name: 'Try a sample of 3 requests' }).click()
      await page.getByText('Its requests name no model.').waitFor()
    },
  },
  {
    name: 'batch-details',
    async visit(page) {
      await page.getByRole('combobox', { name: 'Model' }).selectOption('guide')
      await page.getByRole('button', { name: /^Queue/ }).click()
      await page.getByText('3 of 3').waitFor()
      await page.getByRole('row').nth(1).click()
      await page.getByRole('region', { name: 'Answer' }).getByText('assistant').waitFor()
    },
    leave: (page) => page.getByRole('button', { name: 'Close the request' }).click(),
  },
  {
    name: 'batches',
    async visit(page) {
      await goTo(page, '#/batches')
      await page.getByRole('list', { name: 'Batches' }).getByRole('listitem', { name: 'sample' }).waitFor()
    },
  },
  {
    name: 'accounts',
    async visit(page) {
      await goTo(page, '#/accounts')
      await page.getByText('You are not signed in.').waitFor()
    },
  },
  {
    name: 'sign-in',
    async visit(page) {
      await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
      await page.getByRole('dialog', { name: 'Sign in to ALCF' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'create-key',
    async visit(page) {
      await goTo(page, '#/gateway/keys/new')
      await page.getByRole('dialog', { name: 'Create a key' }).waitFor()
    },
    leave: escape,
  },
  {
    name: 'new-key',
    async visit(page) {
      await goTo(page, '#/gateway/keys/new')
      await page.getByRole('textbox', { name: 'Name' }).fill('nightly tests')
      await page.getByRole('button', { name: 'Create', exact: true }).click()
      await page.getByRole('dialog', { name: 'The key for nightly tests' }).waitFor()
    },
    leave: (page) => page.getByRole('button', { name: 'Done' }).click(),
  },
  {
    name: 'request-details',
    async visit(page) {
      await goTo(page, '#/gateway/requests')
      await page.getByRole('row').nth(1).click()
      await page.getByRole('complementary', { name: 'Request' }).waitFor()
    },
    leave: (page) => page.getByRole('button', { name: 'Close the details' }).click(),
  },
  { name: 'shortcuts', visit: (page) => page.keyboard.press('?'), leave: escape },
]

/** Resolves when nothing moves: what opens late, a page of its own chunk, fonts, what slides in or changes its colour. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    // What an element inherits begins to move when that of its parent has come to rest.
    for (let still = 0; still < 3; still += 1) {
      await new Promise((drawn) => requestAnimationFrame(drawn))
      const moving = document.getAnimations().filter(({ playState }) => playState === 'running')
      if (moving.length > 0) still = 0
      await Promise.all(moving.map(({ finished }) => finished.catch(() => undefined)))
    }
  })
}

/** Walks the tour and does something at each stop. */
export async function walk(page: Page, look: (stop: Stop) => Promise<void>): Promise<void> {
  for (const stop of tour) {
    await stop.visit(page)
    await settle(page)
    await page.waitForLoadState('networkidle')
    await look(stop)
    await stop.leave?.(page)
  }
}
