import type { Page } from '@playwright/test'
import { expect, test } from '../app'
import { chatOf } from '../chat'

/** Presses Tab until the element of this name has the focus. */
async function tabTo(page: Page, name: string | RegExp, role: 'button' | 'link' = 'button'): Promise<void> {
  const target = page.getByRole(role, { name, exact: typeof name === 'string' })
  await target.first().waitFor()
  const isThere = (): Promise<boolean> => target.evaluateAll((found) => found.includes(document.activeElement as HTMLElement))
  for (let presses = 0; presses < 60 && !(await isThere()); presses += 1) await page.keyboard.press('Tab')
  expect(await isThere(), `Tab does not reach ${String(name)}`).toBe(true)
}

test('a first chat needs no mouse', async ({ apps }) => {
  const { page } = await apps.start()
  await tabTo(page, 'Look around')
  await page.keyboard.press('Enter')
  const chat = chatOf(page)
  await expect(chat.message).toBeFocused()
  await page.keyboard.type('Show me some math')
  await page.keyboard.press('Enter')
  await chat.answers.first().waitFor()
  await chat.answered()
  await expect(chat.message).toBeFocused()
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('settings')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'General', level: 1 })).toBeVisible()
})

test('a conversation is renamed, deleted and brought back by keys alone', async ({ apps }) => {
  const { page } = await apps.start()
  const chat = chatOf(page)
  await chat.lookAround()
  await chat.ask('What can FIRST Desktop do?')
  await chat.answered()
  await tabTo(page, 'What can FIRST Desktop do?', 'link')
  await page.keyboard.press('F2')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('What it does')
  await page.keyboard.press('Enter')
  await expect(chat.conversations).toHaveText([/What it does/])
  await tabTo(page, 'What it does', 'link')
  await page.keyboard.press('Delete')
  await expect(chat.conversations).toHaveCount(0)
  await tabTo(page, 'Undo')
  await page.keyboard.press('Enter')
  await expect(chat.conversations).toHaveText([/What it does/])
})

test('a model is chosen, and an answer stopped, by keys alone', async ({ apps }) => {
  const { page } = await apps.start()
  const chat = chatOf(page)
  await chat.lookAround()
  await tabTo(page, /^Model:/)
  await page.keyboard.press('Enter')
  await page.keyboard.type('guide')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('option')).toHaveCount(0)
  await chat.message.focus()
  await page.keyboard.type('Show me some code')
  await page.keyboard.press('Enter')
  await chat.stop.waitFor()
  await page.keyboard.press('Escape')
  await expect(chat.answer).toContainText('Stopped.')
})
