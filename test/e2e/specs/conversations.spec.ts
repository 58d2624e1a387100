import type { Locator, Page } from '@playwright/test'
import { z } from 'zod'
import type { Behaviour } from '../../doubles/openai-server/behaviour'
import { chatOf, isStored } from '../chat'
import { expect, gate, labModel, test, type Lab } from '../lab'

/** Asks, and gets this answer. */
async function converse(lab: Lab, page: Page, question: string, answer = `About: ${question}`): Promise<void> {
  lab.server.behaveOnce({ kind: 'answer', text: answer })
  const chat = chatOf(page)
  await chat.ask(question)
  await chat.answered()
}

async function newChat(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New chat' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('New chat')
}

async function open(page: Page, title: string): Promise<void> {
  await chatOf(page).conversations.filter({ hasText: title }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
}

/** From the menu of a conversation's row. */
async function choose(page: Page, title: string, item: string): Promise<void> {
  await chatOf(page).conversations.filter({ hasText: title }).hover()
  await page.getByRole('button', { name: `Actions for ${title}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const rows = (page: Page): Locator => page.getByRole('list', { name: 'Conversations' }).getByRole('listitem')
const log = (page: Page): Locator => page.getByRole('log', { name: 'Conversation' })
const spaceBelow = (area: Locator): Promise<number> => area.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)

test('a conversation is renamed in its row, and keeps the name', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  await converse(lab, page, 'What is a tern?')
  const title = page.getByRole('textbox', { name: 'Title' })
  await chatOf(page).conversations.first().dblclick()
  await expect(title).toBeFocused()
  await page.keyboard.type('Sea birds')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sea birds')
  await choose(page, 'Sea birds', 'Rename')
  await title.fill('Something else')
  await title.press('Escape')
  await expect(rows(page)).toHaveText(['Today', 'Sea birds'])
  await converse(lab, page, 'And a gull?')
  await app.stop()

  const again = (await app.start()).page
  await expect(rows(again)).toHaveText(['Today', 'Sea birds'])
  await expect(chatOf(again).questions).toHaveCount(2)
})

test('pinning moves a conversation under Pinned, and back', async ({ lab }) => {
  const { page } = await lab.start()
  await converse(lab, page, 'First')
  await newChat(page)
  await converse(lab, page, 'Second')
  await expect(rows(page)).toHaveText(['Today', 'Second', 'First'])
  await choose(page, 'First', 'Pin')
  await expect(rows(page)).toHaveText(['Pinned', 'First', 'Today', 'Second'])
  await choose(page, 'First', 'Unpin')
  await expect(rows(page)).toHaveText(['Today', 'Second', 'First'])
})

test('a deleted conversation comes back with Undo, else it stays away, in the trash', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  await converse(lab, page, 'Keep me')
  await newChat(page)
  await converse(lab, page, 'Lose me')
  await choose(page, 'Lose me', 'Delete')
  await expect(rows(page)).toHaveText(['Today', 'Keep me'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(rows(page)).toHaveText(['Today', 'Lose me', 'Keep me'])
  await expect(chatOf(page).answer).toContainText('About: Lose me')
  await choose(page, 'Lose me', 'Delete')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('New chat')
  await app.stop()

  const again = (await app.start()).page
  await expect(rows(again)).toHaveText(['Today', 'Keep me'])
  await again.getByRole('searchbox', { name: 'Search conversations' }).fill('Lose')
  await expect(again.getByText('Nothing found')).toBeVisible()
  await again.getByRole('link', { name: 'Settings' }).click()
  await again.getByRole('link', { name: 'Data' }).click()
  const trash = again.getByRole('list', { name: 'Deleted conversations' })
  await trash.getByRole('listitem').filter({ hasText: 'Lose me' }).getByRole('button', { name: 'Take out' }).click()
  await expect(trash).toBeHidden()
  await again.getByRole('link', { name: 'Chat' }).click()
  await expect(rows(again)).toHaveText(['Today', 'Lose me', 'Keep me'])
})

test('an edited question makes a branch beside the old one, and the arrows walk between them', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const chat = chatOf(page)
  await converse(lab, page, 'How far is the sun?', 'Eight light minutes.')
  await converse(lab, page, 'And in metres?', 'About 1.5e11.')
  lab.server.behaveOnce({ kind: 'answer', text: 'One light second.' })
  await chat.questions.first().hover()
  await chat.questions.first().getByRole('button', { name: 'Edit message' }).click()
  const editor = page.getByRole('textbox', { name: 'Edited message' })
  await expect(editor).toHaveValue('How far is the sun?')
  await editor.fill('How far is the moon?')
  await page.getByRole('button', { name: 'Save and send' }).click()
  await expect(chat.questions).toHaveText([/How far is the moon\?.*2\/2/])
  await chat.answered()
  await expect(chat.answer).toContainText('One light second.')

  const versions = chat.questions.first().getByRole('group', { name: 'Versions' })
  await versions.getByRole('button', { name: 'Previous version' }).click()
  await expect(chat.questions).toHaveText([/How far is the sun\?.*1\/2/, /And in metres\?/])
  await expect(chat.answer).toContainText('About 1.5e11.')
  await expect(versions.getByRole('button', { name: 'Previous version' })).toBeDisabled()
  await app.stop()

  const again = chatOf((await app.start()).page)
  await expect(again.questions).toHaveText([/How far is the sun\?.*1\/2/, /And in metres\?/])
  await again.questions.first().getByRole('button', { name: 'Next version' }).click()
  await expect(again.questions).toHaveText([/How far is the moon\?.*2\/2/])
  await expect(again.answer).toContainText('One light second.')
})

test('another answer stands beside the first, and what follows belongs to the one that is shown', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  await converse(lab, page, 'A word, please', 'Harbour')
  lab.server.behaveOnce({ kind: 'answer', text: 'Lantern' })
  await chat.answer.getByRole('button', { name: 'Regenerate' }).click()
  await expect(chat.answers).toHaveCount(1)
  await expect(chat.answer).toContainText(/Lantern.*2\/2/s)
  await chat.answered()
  await chat.answer.getByRole('button', { name: 'Previous version' }).click()
  await expect(chat.answer).toContainText(/Harbour.*1\/2/s)
  await converse(lab, page, 'In French?', 'Port')
  const { messages } = readBody((await lab.server.seen(3)).body)
  expect(messages.map(({ content }) => content)).toEqual(['A word, please', 'Harbour', 'In French?'])
  await chat.answers.first().getByRole('button', { name: 'Next version' }).click()
  await expect(chat.answer).toContainText('Lantern')
  await expect(chat.questions).toHaveCount(1)
})

test('search finds a word in titles and in old text, marks it, and leads to the message', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  const long = (word: string): string => Array.from({ length: 40 }, (_, index) => `${word} ${index} fills a line of its own.`).join('\n\n')
  await converse(lab, page, 'Tell me of old ships', 'The *Beluga* was built of larch in 1871.')
  for (const word of ['keel', 'mast', 'sail']) await converse(lab, page, `More of the ${word}`, long(word))
  await newChat(page)
  await converse(lab, page, 'What does a beluga eat?', 'Fish.')

  const search = page.getByRole('searchbox', { name: 'Search conversations' })
  const results = page.getByRole('list', { name: 'Search results' }).getByRole('listitem')
  await search.fill('BELUGA')
  await expect(page.getByRole('status').filter({ hasText: '3 found' })).toBeVisible()
  await expect(results.locator('mark')).toHaveText(['beluga', 'beluga', 'Beluga'])
  await results.filter({ hasText: 'larch' }).getByRole('link').click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tell me of old ships')
  await expect(chat.answers.filter({ hasText: 'larch' })).toBeInViewport()
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
  await expect(results).toHaveCount(3)
  await search.press('Escape')
  await expect(search).toHaveValue('')
  await expect(rows(page)).toHaveText(['Today', 'What does a beluga eat?', 'Tell me of old ships'])
})

test('a hit on a branch that is not shown brings that branch back', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  await converse(lab, page, 'A colour', 'Vermilion')
  lab.server.behaveOnce({ kind: 'answer', text: 'Cobalt' })
  await chat.answer.getByRole('button', { name: 'Regenerate' }).click()
  await expect(chat.answer).toContainText('Cobalt')
  await chat.answered()
  await page.getByRole('searchbox', { name: 'Search conversations' }).fill('vermil')
  await page.getByRole('list', { name: 'Search results' }).getByRole('link').click()
  await expect(chat.answer).toContainText(/Vermilion.*1\/2/s)
})

test('each conversation keeps its own draft, over a switch and over a restart', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const chat = chatOf(page)
  await converse(lab, page, 'First')
  await chat.message.fill('for the first')
  await newChat(page)
  await expect(chat.message).toHaveValue('')
  await converse(lab, page, 'Second')
  await chat.message.fill('for the second')
  await open(page, 'First')
  await expect(chat.message).toHaveValue('for the first')
  await newChat(page)
  await chat.message.fill('for a new one')
  await expect.poll(() => isStored(page, 'for a new one')).toBe(true)
  await app.stop()

  const again = (await app.start()).page
  await expect(chatOf(again).message).toHaveValue('for a new one')
  await open(again, 'Second')
  await expect(chatOf(again).message).toHaveValue('for the second')
  await open(again, 'First')
  await expect(chatOf(again).message).toHaveValue('for the first')
})

test('an answer goes on while another conversation is open', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  const { until, open: goOn } = gate()
  lab.server.behaveOnce({ kind: 'answer', text: 'It began here and it ended well.', hold: { afterTokens: 3, until } })
  await chat.ask('A long story')
  await expect(chat.answer).toContainText('It began here')
  await newChat(page)
  await expect(chat.stop).toBeHidden()
  await converse(lab, page, 'Meanwhile', 'Something else.')
  await expect(rows(page).filter({ hasText: 'A long story' }).getByRole('img', { name: 'answering' })).toBeVisible()
  goOn()
  await expect(rows(page).getByRole('img', { name: 'answering' })).toHaveCount(0)
  await open(page, 'A long story')
  await expect(chat.answer).toContainText('It began here and it ended well.')
})

test('what is sent while an answer comes waits in a queue, can be taken back, and goes in its turn', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  const { until, open: goOn } = gate()
  const queue = page.getByRole('list', { name: 'Waiting to be sent' }).getByRole('listitem')
  lab.server.behaveOnce({ kind: 'answer', text: 'one two three', hold: { afterTokens: 2, until } })
  await chat.ask('Question one')
  await expect(chat.answer).toContainText('one two')
  await chat.message.fill('Question two')
  await page.getByRole('button', { name: 'Queue' }).click()
  await expect(chat.message).toHaveValue('')
  await chat.message.fill('Question three')
  await chat.message.press('Enter')
  await expect(queue).toHaveText(['Question two', 'Question three'])
  await queue.first().getByRole('button', { name: 'Take back into the field' }).click()
  await expect(queue).toHaveText(['Question three'])
  await expect(chat.message).toHaveValue('Question two')
  expect(lab.server.chats).toHaveLength(1)
  goOn()
  await expect(chat.questions).toHaveText([/Question one/, /Question three/])
  await chat.answered()
  await expect(chat.answer).toContainText('You said: Question three')
  await expect(queue).toHaveCount(0)
  expect(readBody((await lab.server.seen(2)).body).messages.at(1)?.content).toBe('one two three')
})

test('code is copied as it is, and so are an answer and a question', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  const code = 'def f(x):\n    return x < 1 && "ü"'
  const answer = `Here:\n\n\`\`\`python\n${code}\n\`\`\``
  await converse(lab, page, 'A function', answer)
  const copied = async (place: Locator, name: string): Promise<void> => {
    await place.hover()
    await place.getByRole('button', { name }).click()
    await expect(place.getByRole('button', { name: 'Copied' }).last()).toBeVisible()
  }
  const pasted = async (): Promise<string> => {
    await chat.message.fill('')
    await chat.message.press('ControlOrMeta+v')
    return chat.message.inputValue()
  }
  await copied(chat.answer.getByRole('figure', { name: 'Code, python' }), 'Copy code')
  await expect.poll(pasted).toBe(code)
  await copied(chat.answer, 'Copy answer')
  await expect.poll(pasted).toBe(answer)
  await copied(chat.questions.first(), 'Copy message')
  await expect.poll(pasted).toBe('A function')
})

test('a system prompt and parameters reach the server, and stay with their conversation', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const parameters = page.getByRole('button', { name: /^Parameters and system prompt/ })
  await parameters.click()
  const panel = page.getByRole('dialog', { name: 'Parameters' })
  await panel.getByRole('textbox', { name: 'System prompt' }).fill('Answer in one word.')
  await panel.getByRole('textbox', { name: 'Temperature' }).fill('0.25')
  await panel.getByRole('textbox', { name: 'Top-p' }).fill('0.9')
  await panel.getByRole('textbox', { name: 'Longest answer' }).fill('64')
  await panel.getByRole('textbox', { name: 'Seed' }).fill('7')
  await page.keyboard.press('Escape')
  await expect(parameters).toHaveAccessibleName(/changed/)
  await converse(lab, page, 'Hello')
  expect(readBody((await lab.server.seen(1)).body)).toMatchObject({
    model: labModel,
    messages: [{ role: 'system', content: 'Answer in one word.' }, { role: 'user', content: 'Hello' }],
    temperature: 0.25,
    top_p: 0.9,
    seed: 7,
    stream: true,
  })
  expect(lab.server.chats[0]?.body).toMatch(/"max_(completion_)?tokens":64/)

  await newChat(page)
  await converse(lab, page, 'Another')
  const plain = readBody((await lab.server.seen(2)).body)
  expect(plain.messages).toEqual([{ role: 'user', content: 'Another' }])
  expect(plain).not.toHaveProperty('temperature')
  await app.stop()

  const again = (await app.start()).page
  await open(again, 'Hello')
  await again.getByRole('button', { name: /^Parameters and system prompt/ }).click()
  await expect(again.getByRole('textbox', { name: 'System prompt' })).toHaveValue('Answer in one word.')
  const temperature = again.getByRole('textbox', { name: 'Temperature' })
  await temperature.fill('9')
  await expect(again.getByText('A number from 0 to 2')).toBeVisible()
  await temperature.fill('')
  await again.keyboard.press('Escape')
  await converse(lab, again, 'Once more')
  const last = readBody((await lab.server.seen(3)).body)
  expect(last.messages[0]).toEqual({ role: 'system', content: 'Answer in one word.' })
  expect(last).not.toHaveProperty('temperature')
})

test('the meter shows tokens, their speed, and who answered', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  const meter = page.getByRole('group', { name: 'Meter' })
  lab.server.behaveOnce({ kind: 'answer', text: 'a b c d e f g h i j k l', tokensPerS: 50 })
  await chat.ask('one two three')
  await chat.answered()
  await expect(meter).toContainText(/Tokens of the last answer: 12 tokens/)
  await expect(meter).toContainText(/Speed of the last answer: [1-9][\d.]* tokens\/s/)
  await expect(meter).toContainText(/\d m?s to first token/)
  await expect(meter).toContainText('Served by: lab')
  await expect(meter).toContainText('Tokens of the conversation: 15 in context')
})

test('who scrolls up while an answer comes is left there, and a button leads back', async ({ lab }) => {
  const { page } = await lab.start()
  const chat = chatOf(page)
  const text = Array.from({ length: 4000 }, (_, index) => (index % 8 === 7 ? `word${index}\n\n` : `word${index}`)).join(' ')
  lab.server.behaveOnce({ kind: 'answer', text, tokensPerS: 300 })
  await chat.ask('Write a lot')
  const area = log(page)
  const height = (): Promise<number> => area.evaluate((box) => box.scrollHeight)
  await expect.poll(() => area.evaluate((box) => box.scrollHeight - 3 * box.clientHeight)).toBeGreaterThan(0)
  await expect.poll(() => spaceBelow(area)).toBeLessThan(100)
  const latest = page.getByRole('button', { name: 'Jump to latest' })
  await expect(latest).toBeHidden()

  await area.hover()
  await page.mouse.wheel(0, -600)
  await expect(latest).toBeVisible()
  // The wheel may glide for a moment.
  let place = -1
  await expect
    .poll(async () => {
      const before = place
      place = await area.evaluate((box) => box.scrollTop)
      return place === before
    })
    .toBe(true)
  const heightThen = await height()
  await expect.poll(height).toBeGreaterThan(heightThen + 400)
  expect(await area.evaluate((box) => box.scrollTop)).toBe(place)

  await latest.click()
  await expect(latest).toBeHidden()
  const heightNow = await height()
  await expect.poll(height).toBeGreaterThan(heightNow + 400)
  await expect.poll(() => spaceBelow(area)).toBeLessThan(100)
  await expect(chat.stop).toBeVisible()
  await chat.stop.click()
  await expect(chat.answer).toContainText('Stopped.')
})

for (const { status, sentence, action } of [
  { status: 500, sentence: /500/, action: 'Try again, or choose another model' },
  { status: 401, sentence: /key/i, action: 'Correct the API key of this server in Settings.' },
])
  test(`an answer that fails with ${status} says why and what to do, and Retry works once the server is well`, async ({ lab }) => {
    const app = await lab.start()
    const { page } = app
    const chat = chatOf(page)
    const failureOf = (window: Page): Locator => window.getByRole('group', { name: 'The answer failed' })
    const failure = failureOf(page)
    lab.server.behave({ kind: 'status', status })
    await chat.ask('Are you well?')
    await expect(failure).toContainText(sentence)
    await expect(failure).toContainText(action)
    lab.server.behave({ kind: 'status', status: 503 })
    await failure.getByRole('button', { name: 'Retry' }).click()
    await expect(failure).toContainText('503')
    await app.stop()

    const again = (await app.start()).page
    await expect(failureOf(again)).toContainText('503')
    lab.server.behave({ kind: 'answer', text: 'Well again.' })
    await failureOf(again).getByRole('button', { name: 'Retry' }).click()
    await expect(chatOf(again).answer).toContainText('Well again.')
    await expect(failureOf(again)).toHaveCount(0)
    await expect(chatOf(again).answers).toHaveCount(1)
    await expect(chatOf(again).questions).toHaveCount(1)
  })

for (const cut of [{ kind: 'half-event', afterTokens: 4 }, { kind: 'no-done' }, { kind: 'reset', when: 'mid-stream' }] satisfies Behaviour[])
  test(`an answer that was cut by its server (${cut.kind}) keeps its text and can be continued`, async ({ lab }) => {
    const { page } = await lab.start()
    const chat = chatOf(page)
    lab.server.behaveOnce(cut)
    await chat.ask('Go on until the end')
    await expect(page.getByRole('group', { name: 'The answer failed' })).toContainText('The cluster "lab"')
    await expect(chat.answer).toContainText('token0 token1')
    lab.server.behaveOnce({ kind: 'answer', text: 'and the end.' })
    await chat.answer.getByRole('button', { name: 'Continue' }).click()
    await expect(chat.answer).toContainText(/token0 token1.* and the end\./)
    await chat.answered()
    await expect(chat.answers).toHaveCount(1)
    await expect(chat.answer.getByRole('button', { name: 'Continue' })).toHaveCount(0)
    expect(readBody((await lab.server.seen(2)).body).messages.at(-1)).toEqual({ role: 'assistant', content: expect.stringContaining('token1') as unknown })
  })

test('a model that is gone is said so, and another answers in its place', async ({ lab }) => {
  const app = await lab.start()
  await converse(lab, app.page, 'Remember me')
  await app.stop()
  lab.server.setModels(['heron-8b'])

  const { page } = await app.start()
  const chat = chatOf(page)
  await expect(page.getByRole('status').filter({ hasText: 'tern-70b is not listed by lab now' })).toContainText('heron-8b answers in its place.')
  await expect(chat.answer).toContainText('About: Remember me')
  await expect(chat.model).toHaveAccessibleName(/heron-8b on lab/)
  await converse(lab, page, 'Who are you?')
  expect(readBody((await lab.server.seen(2)).body).model).toBe('heron-8b')
})

const body = z.looseObject({ model: z.string(), messages: z.array(z.object({ role: z.string(), content: z.string() })) })
const readBody = (text: string): z.infer<typeof body> => body.parse(JSON.parse(text))
