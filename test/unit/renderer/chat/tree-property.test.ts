import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildTree } from '@renderer/db/tree'
import { choice, createTestChat, type TestChat } from './support'

type Step =
  | { readonly kind: 'send' }
  | { readonly kind: 'edit' | 'regenerate' | 'continue' | 'select' | 'retry'; readonly pick: number }
  | { readonly kind: 'delete-and-undo' }
  | { readonly kind: 'cut'; readonly tokens: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ kind: 'send' }),
  fc.record({ kind: fc.constantFrom('edit', 'regenerate', 'continue', 'select', 'retry'), pick: fc.nat(99) }),
  fc.constant<Step>({ kind: 'delete-and-undo' }),
  fc.record({ kind: fc.constant('cut'), tokens: fc.nat(2) }),
)

async function take(chat: TestChat, step: Step, count: number): Promise<void> {
  const { engine, server, history, conversationId } = chat
  const messages = await chat.db.messages.toArray()
  const pickOf = (role?: 'user' | 'assistant', pick = 0) => {
    const fitting = messages.filter((message) => role === undefined || message.role === role)
    return fitting[pick % Math.max(1, fitting.length)]
  }
  switch (step.kind) {
    case 'send':
      await engine.send({ conversationId, text: `question ${count}`, choice })
      break
    case 'cut':
      server.behaveOnce({ kind: 'half-event', afterTokens: step.tokens })
      await engine.send({ conversationId, text: `question ${count}`, choice })
      break
    case 'edit': {
      const question = pickOf('user', step.pick)
      if (question) await engine.edit(question.id, `edit ${count}`, choice)
      break
    }
    case 'regenerate': {
      const message = pickOf(undefined, step.pick)
      if (message) await engine.regenerate(message.id, choice)
      break
    }
    case 'continue':
    case 'retry': {
      const answer = pickOf('assistant', step.pick)
      if (answer) await (step.kind === 'retry' ? engine.retry(answer.id) : engine.continueAnswer(answer.id))
      break
    }
    case 'select': {
      const message = pickOf(undefined, step.pick)
      if (message) await history.selectBranch(message.id)
      break
    }
    case 'delete-and-undo':
      await history.softDelete(conversationId)
      await history.undoDelete(conversationId)
  }
  await engine.whenIdle()
}

describe('the tree of a conversation', () => {
  it('loses no message and no text, and every branch can be shown, whatever a person does', async () => {
    const chat = await createTestChat()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const conversation = await chat.history.createConversation()
        const own = { ...chat, conversationId: conversation.id }
        await chat.db.messages.clear()
        let known = new Map<string, string>()
        for (const [count, each] of steps.entries()) {
          await take(own, each, count)
          const messages = await chat.db.messages.toArray()
          const now = new Map(messages.map(({ id, content }) => [id, content]))
          for (const [id, content] of known) expect(now.get(id)?.startsWith(content)).toBe(true)
          known = now
          expect(messages.every(({ state }) => state !== 'streaming')).toBe(true)
        }
        const { leafId } = (await chat.history.get(conversation.id))!
        for (const id of known.keys()) {
          await chat.history.selectBranch(id)
          expect((await chat.history.branch(conversation.id)).map((message) => message.id)).toContain(id)
        }
        // Walking from the branch that was shown, by siblings alone, gets everywhere too.
        if (leafId !== undefined) expect(await reachable(own, leafId)).toEqual(new Set(known.keys()))
        await chat.engine.stop(conversation.id)
      }),
      { numRuns: 25 },
    )
  })
})

async function reachable(chat: TestChat, leafId: string): Promise<Set<string>> {
  const tree = buildTree(await chat.db.messages.where('conversationId').equals(chat.conversationId).toArray())
  const seen = new Set<string>()
  const leaves = [leafId]
  for (let leaf = leaves.pop(); leaf !== undefined; leaf = leaves.pop()) {
    for (const message of await chat.history.branch(chat.conversationId, leaf)) {
      if (seen.has(message.id)) continue
      for (const id of message.siblingIds) {
        if (seen.has(id)) continue
        seen.add(id)
        let end = id
        for (let child = tree.children.get(end)?.at(-1); child; child = tree.children.get(end)?.at(-1)) end = child.id
        leaves.push(end)
      }
    }
  }
  return seen
}
