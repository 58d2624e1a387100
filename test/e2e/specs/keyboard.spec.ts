import type { Locator, Page } from '@playwright/test'
import type { App } from '../app'
import { chatOf } from '../chat'
import { expect, gate, labModel, test } from '../lab'

/** Tab, or Shift Tab, until it has the focus. */
async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const hasFocus = (): Promise<boolean> => target.evaluate((element) => element === document.activeElement)
  await target.waitFor({ state: 'attached' })
  for (let presses = 0; presses < 60 && !(await hasFocus()); presses += 1) await target.page().keyboard.press(key)
  await expect(target).toBeFocused()
}

/** A browser keeps Ctrl+N for itself. */
const newChatKey = ({ electron }: App): string => (electron === undefined ? 'Alt+n' : 'ControlOrMeta+n')
const title = (page: Page): Locator => page.getByRole('heading', { level: 1 })

async function converse(page: Page, question: string): Promise<void> {
  const chat = chatOf(page)
  await expect(chat.message).toBeFocused()
  await page.keyboard.type(question)
  await page.keyboard.press('Enter')
  await expect(chat.questions.last()).toContainText(question)
  await chat.answered()
}

const palette = (page: Page): Locator => page.getByRole('dialog', { name: 'Search and commands' })

/** Opens the palette, types, and takes what stands first. */
async function choose(page: Page, words: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await expect(palette(page).getByRole('combobox')).toBeFocused()
  await page.keyboard.type(words)
  await expect(page.getByRole('option', { selected: true })).toContainText(words)
  await page.keyboard.press('Enter')
  await expect(palette(page)).toBeHidden()
}

test('a first chat needs no mouse', async ({ apps }) => {
  const { page } = await apps.start()
  const chat = chatOf(page)
  await tabTo(page.getByRole('button', { name: 'Look around' }))
  await page.keyboard.press('Enter')
  await converse(page, 'Show me some math')
  await expect(chat.message).toBeFocused()
  await choose(page, 'Settings')
  await expect(title(page)).toHaveText('General')
})

test('a model is chosen, asked, stopped and asked again without a mouse', async ({ apps, lab }) => {
  const { page } = await apps.start({ config: lab.config })
  const chat = chatOf(page)
  await tabTo(page.getByRole('button', { name: 'Look around' }))
  await page.keyboard.press('Enter')
  await expect(chat.message).toBeFocused()

  await tabTo(chat.model)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Choose a model' }).getByRole('combobox')).toBeFocused()
  const wanted = page.getByRole('option', { name: labModel })
  await expect
    .poll(async () => {
      const isReached = (await wanted.getAttribute('aria-selected')) === 'true'
      if (!isReached) await page.keyboard.press('ArrowDown')
      return isReached
    })
    .toBe(true)
  await page.keyboard.press('Enter')
  await expect(chat.model).toHaveAccessibleName(new RegExp(labModel))
  await expect(chat.model).toBeFocused()

  await tabTo(chat.message, 'Shift+Tab')
  lab.server.behaveOnce({ kind: 'answer', text: 'one two three four', hold: { afterTokens: 2, until: gate().until } })
  await page.keyboard.type('Count')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('to four')
  await page.keyboard.press('Enter')
  await expect(chat.answer).toContainText('one two')
  await page.keyboard.press('Escape')
  await expect(chat.answer).toContainText('Stopped.')
  expect(await (await lab.server.seen(1)).ended).toBe('disconnected')
  expect(lab.server.chats[0]?.body).toContain('Count\\nto four')

  await tabTo(chat.questions.first().getByRole('button', { name: 'Edit message' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  const editor = page.getByRole('textbox', { name: 'Edited message' })
  await expect(editor).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(editor).toBeHidden()
  await expect(chat.questions.first().getByRole('button', { name: 'Edit message' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(editor).toBeFocused()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('Say hello')
  await page.keyboard.press('ControlOrMeta+Enter')
  await chat.answered()
  await expect(chat.answer).toContainText('You said: Say hello')
  await tabTo(chat.questions.first().getByRole('button', { name: 'Previous version' }))
  await page.keyboard.press('Enter')
  await expect(chat.answer).toContainText('one two')
})

test('conversations are made, walked, renamed, deleted, brought back and found without a mouse', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const chat = chatOf(page)
  for (const question of ['Alpha', 'Beta', 'Gamma']) {
    await page.keyboard.press(newChatKey(app))
    await expect(title(page)).toHaveText('New chat')
    await tabTo(chat.message)
    await converse(page, question)
  }
  const row = (name: string): Locator => chat.conversations.filter({ hasText: name })

  await tabTo(row('Gamma'), 'Shift+Tab')
  await page.keyboard.press('ArrowDown')
  await expect(row('Beta')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(row('Alpha')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(title(page)).toHaveText('Alpha')
  await expect(chat.message).toBeFocused()

  await tabTo(row('Alpha'), 'Shift+Tab')
  await page.keyboard.press('F2')
  await expect(page.getByRole('textbox', { name: 'Title' })).toBeFocused()
  await page.keyboard.type('Omega')
  await page.keyboard.press('Enter')
  await expect(title(page)).toHaveText('Omega')
  await expect(row('Omega')).toBeFocused()
  await page.keyboard.press('F2')
  await page.keyboard.press('Escape')
  await expect(row('Omega')).toBeFocused()

  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Delete')
  await expect(chat.conversations).toHaveText(['Gamma', 'Omega'])
  await expect(row('Omega')).toBeFocused()
  await tabTo(page.getByRole('button', { name: 'Undo' }))
  await page.keyboard.press('Enter')
  await expect(chat.conversations).toHaveText(['Gamma', 'Beta', 'Omega'])
  await expect(title(page)).toHaveText('Beta')
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0)
  await expect(page.locator(':focus')).toHaveCount(1)
  await tabTo(row('Beta'), 'Shift+Tab')
  await page.keyboard.press('/')
  const search = page.getByRole('searchbox', { name: 'Search conversations' })
  await expect(search).toBeFocused()
  await page.keyboard.type('gamma')
  const result = page.getByRole('list', { name: 'Search results' }).getByRole('link').first()
  await tabTo(result)
  await page.keyboard.press('Enter')
  await expect(title(page)).toHaveText('Gamma')

  await page.keyboard.press('ControlOrMeta+b')
  await expect(page.getByRole('complementary', { name: 'Conversations' })).toBeHidden()
  await page.keyboard.press('ControlOrMeta+b')
  await expect(page.getByRole('complementary', { name: 'Conversations' })).toBeVisible()
})

test('the palette opens a conversation and every page, and Escape gives the focus back', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const chat = chatOf(page)
  await tabTo(chat.message, 'Shift+Tab')
  await converse(page, 'Heat of the earth')
  await page.keyboard.press(newChatKey(app))
  await expect(title(page)).toHaveText('New chat')
  await choose(page, 'Heat')
  await expect(title(page)).toHaveText('Heat of the earth')
  await expect(chat.message).toBeFocused()
  await page.keyboard.press('ControlOrMeta+k')
  await expect(palette(page).getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(palette(page)).toBeHidden()
  await expect(chat.message).toBeFocused()
  await choose(page, 'New chat')
  await expect(chat.message).toBeFocused()
  await choose(page, 'Settings')
  await expect(title(page)).toHaveText('General')
  await choose(page, 'Ways to begin')
  await expect(title(page)).toHaveText('Welcome to FIRST Desktop')
  await choose(page, 'Add a server')
  await expect(page.getByRole('dialog', { name: 'Add a server' }).getByLabel('Address')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await choose(page, 'Dark theme')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('a chat that is still being read takes no key from the palette over it', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  for (let round = 0; round < 8; round += 1) {
    await page.keyboard.press('ControlOrMeta+,')
    await expect(title(page)).toHaveText('General')
    await page.keyboard.press(newChatKey(app))
    await page.keyboard.press('ControlOrMeta+k')
    const search = palette(page).getByRole('combobox')
    await expect(search).toBeFocused()
    await page.keyboard.type('Heat', { delay: 3 })
    await expect(search).toHaveValue('Heat')
    await page.keyboard.press('Escape')
    await expect(chatOf(page).message).toBeFocused()
  }
})

test('dialogs and menus of the settings open, close with Escape, and give the focus back', async ({ lab }) => {
  const { page } = await lab.start()
  await page.keyboard.press('ControlOrMeta+,')
  await expect(title(page)).toHaveText('General')
  await tabTo(page.getByRole('radio', { name: 'System' }))
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await tabTo(page.getByRole('link', { name: 'Servers and models' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(title(page)).toHaveText('Servers and models')

  for (const [button, dialog] of [['Add a server', 'Add a server'], ['Add a GGUF file', 'Run a model on this workstation']] as const) {
    const opener = page.getByRole('button', { name: button })
    await tabTo(opener)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(opener).toBeFocused()
  }

  const actions = page.getByRole('button', { name: 'Actions for lab' })
  for (const [item, role, dialog] of [['Change the key', 'dialog', 'Key of lab'], ['Remove', 'alertdialog', 'Remove lab?']] as const) {
    await tabTo(actions, 'Shift+Tab')
    await page.keyboard.press('Enter')
    for (const entry of ['Check again', 'Change the key', 'Remove']) {
      await expect(page.getByRole('menuitem', { name: entry })).toBeFocused()
      if (entry === item) break
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    await expect(page.getByRole(role, { name: dialog })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole(role)).toHaveCount(0)
    await expect(actions).toBeFocused()
  }

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(actions).toBeFocused()
})
