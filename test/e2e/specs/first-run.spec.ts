import { expect, test } from '../app'
import { chatOf, countChanges, isStored } from '../chat'

test('a first start leads to an answer with math, and the conversation is there at the next start', async ({ apps }) => {
  const app = await apps.start()
  const chat = chatOf(app.page)
  await chat.lookAround()
  const changes = await countChanges(app.page.getByRole('main'))
  await chat.ask('Show me some math')
  await chat.answered()
  expect(await changes(), 'the answer came in one piece').toBeGreaterThan(5)
  await expect(chat.answer).toContainText('not a language model')
  await expect(chat.answer.locator('.katex').first()).toBeVisible()
  expect(app.problems).toEqual([])
  await app.stop()

  const again = chatOf((await app.start()).page)
  await expect(again.conversations).toHaveText([/Show me some math/])
  await expect(again.questions).toContainText('Show me some math')
  await expect(again.answer.locator('.katex').first()).toBeVisible()
})

test('a draft that was not sent is there at the next start', async ({ apps }) => {
  const app = await apps.start()
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.ask('What can FIRST Desktop do?')
  await chat.answered()
  await chat.message.fill('A thought that is not finished')
  await expect.poll(() => isStored(app.page, 'A thought that is not finished')).toBe(true)
  await app.kill()

  const again = chatOf((await app.start()).page)
  await expect(again.message).toHaveValue('A thought that is not finished')
})
