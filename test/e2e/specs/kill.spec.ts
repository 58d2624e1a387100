import { startOpenAiServer } from '../../doubles/openai-server/openai-server'
import { expect, test } from '../app'
import { chatOf, isStored } from '../chat'

const words = Array.from({ length: 60 }, (_, index) => `word${index + 1}`)

test('an answer that a kill -9 cut is there with all that was stored, and can be continued', async ({ apps }) => {
  const server = await startOpenAiServer({ models: ['tern-70b'] })
  try {
    const app = await apps.start({ config: `version: 1\nclusters:\n  - name: lab\n    kind: direct\n    url: ${server.url}\n` })
    const chat = chatOf(app.page)
    await chat.lookAround()
    await chat.chooseModel('tern-70b')
    server.behaveOnce({ kind: 'answer', text: words.join(' '), hold: { afterTokens: 40, until: new Promise(() => undefined) } })
    await chat.ask('Sixty words, please')
    await expect(chat.answer).toContainText('word40')
    await expect.poll(() => isStored(app.page, 'word40'), { message: 'the answer is not stored as it grows' }).toBe(true)
    await app.kill()

    const again = await app.start()
    const after = chatOf(again.page)
    await expect(after.conversations).toHaveText([/Sixty words/])
    await expect(after.answer).toContainText('word40')
    await expect(after.answer).toContainText('Interrupted')
    server.behaveOnce({ kind: 'answer', text: ' and the rest' })
    await after.answer.getByRole('button', { name: 'Continue' }).click()
    await expect(after.answer).toContainText('and the rest')
    await expect(after.answer).toContainText('word40')
  } finally {
    await server.close()
  }
})

test('a kill -9 while the guide streams loses nothing that was said before', async ({ apps }) => {
  const app = await apps.start()
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.ask('Show me some math')
  await chat.answered()
  await chat.ask('How do I run a model on this computer?')
  await expect(chat.answers).toHaveCount(2)
  await app.kill()

  const again = await app.start()
  const after = chatOf(again.page)
  await expect(after.questions).toHaveText([/Show me some math/, /How do I run a model on this computer\?/])
  await expect(after.answers.first().locator('.katex').first()).toBeVisible()
  await after.ask('What can FIRST Desktop do?')
  await after.answered()
  await expect(after.questions).toHaveCount(3)
})
