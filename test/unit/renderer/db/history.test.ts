import { describe, expect, it } from 'vitest'
import { addMessage, createTestData } from './support'

const dayMs = 86_400_000

describe('the list of conversations', () => {
  it('comes in pages, newest first, without a gap or a repeat where times are equal', async () => {
    const { history } = await createTestData()
    for (let index = 0; index < 7; index += 1) await history.createConversation({ title: `chat ${index}` })
    const seen: string[] = []
    let page = await history.listPage({ shelf: 'open', limit: 3 })
    while (page.length > 0) {
      seen.push(...page.map(({ title }) => title))
      const last = page.at(-1)!
      page = await history.listPage({ shelf: 'open', limit: 3, before: last })
    }
    expect(seen).toEqual(['chat 6', 'chat 5', 'chat 4', 'chat 3', 'chat 2', 'chat 1', 'chat 0'])
  })

  it('keeps pinned conversations on a shelf of their own', async () => {
    const { history } = await createTestData()
    const { id } = await history.createConversation({ title: 'kept' })
    await history.setPinned(id, true)
    expect(await history.listPage({ shelf: 'open', limit: 9 })).toEqual([])
    expect((await history.listPage({ shelf: 'pinned', limit: 9 })).map(({ title }) => title)).toEqual(['kept'])
  })

  it('brings a deleted conversation back to where it was', async () => {
    const { history } = await createTestData()
    const { id } = await history.createConversation()
    await history.setPinned(id, true)
    await history.softDelete(id)
    expect(await history.count('pinned')).toBe(0)
    await history.undoDelete(id)
    const back = await history.get(id)
    expect(back).toMatchObject({ isPinned: true, shelf: 'pinned' })
    expect(back).not.toHaveProperty('deletedAtMs')
  })

  it('ends trash with all that belongs to it after thirty days, and not before', async () => {
    const data = await createTestData()
    const { db, history, clock } = data
    const old = await history.createConversation()
    await addMessage(data, old, 'gone soon')
    await db.drafts.put({ conversationId: old.id, text: 'half a thought', updatedAtMs: clock.now() })
    await history.softDelete(old.id)
    clock.advance(29 * dayMs)
    expect(await history.purgeOldTrash()).toBe(0)
    clock.advance(2 * dayMs)
    const kept = await history.createConversation()
    await history.softDelete(kept.id)
    expect(await history.purgeOldTrash()).toBe(1)
    expect(await db.conversations.toCollection().primaryKeys()).toEqual([kept.id])
    expect(await db.messages.count()).toBe(0)
    expect(await db.drafts.count()).toBe(0)
  })

  it('says which conversation is not there', async () => {
    const { history } = await createTestData()
    await expect(history.rename('c-1', 'x')).rejects.toMatchObject({ code: 'not_found', message: /c-1/ })
  })
})

describe('the branches of a conversation', () => {
  it('shows the newest branch, and another one when it is chosen', async () => {
    const data = await createTestData()
    const { history } = data
    const chat = await history.createConversation()
    const question = await addMessage(data, chat, 'why?')
    const first = await addMessage(data, chat, 'because', { role: 'assistant', parentId: question.id })
    const second = await addMessage(data, chat, 'therefore', { role: 'assistant', parentId: question.id })
    const further = await addMessage(data, chat, 'go on', { parentId: first.id })
    const texts = async (): Promise<string[]> => (await history.branch(chat.id)).map(({ content }) => content)

    expect(await texts()).toEqual(['why?', 'because', 'go on'])
    await history.selectBranch(second.id)
    expect(await texts()).toEqual(['why?', 'therefore'])
    await history.selectBranch(first.id)
    expect(await texts()).toEqual(['why?', 'because', 'go on'])
    expect((await history.siblings(second.id)).map(({ id }) => id)).toEqual([first.id, second.id])
    expect((await history.branch(chat.id, further.id))[1]).toMatchObject({ siblingIds: [first.id, second.id] })
  })

  it('reaches a message whose parent is gone, and ends in a tree that has a loop', async () => {
    const data = await createTestData()
    const chat = await data.history.createConversation()
    const orphan = await addMessage(data, chat, 'left behind', { parentId: 'gone' })
    expect((await data.history.branch(chat.id, orphan.id)).map(({ content }) => content)).toEqual(['left behind'])
    const looped = await addMessage(data, chat, 'itself', { id: 'loop', parentId: 'loop' })
    expect((await data.history.branch(chat.id, looped.id)).map(({ content }) => content)).toEqual(['itself'])
  })
})
