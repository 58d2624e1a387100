import type { Page } from '@playwright/test'

/** Fills the window's own database, so that a start has a long history to paint; counts are totals. */
export async function fillHistory(page: Page, { conversations, messages }: { conversations: number; messages: number }): Promise<void> {
  await page.evaluate(
    async ({ conversations, messages }) => {
      const db = await new Promise<IDBDatabase>((done, fail) => {
        const request = indexedDB.open('first-desktop')
        request.onsuccess = () => done(request.result)
        request.onerror = () => fail(new Error('the database does not open'))
      })
      const each = messages / conversations
      const now = Date.now()
      const perTransaction = 250
      for (let first = 0; first < conversations; first += perTransaction) {
        await new Promise<void>((done, fail) => {
          const transaction = db.transaction(['conversations', 'messages'], 'readwrite')
          transaction.oncomplete = () => done()
          transaction.onerror = () => fail(new Error('the history was not written'))
          for (let index = first; index < Math.min(first + perTransaction, conversations); index++) {
            const id = `bench-${index}`
            const updatedAtMs = now - index * 600_000
            for (let turn = 0; turn < each; turn++) {
              transaction.objectStore('messages').put({
                id: `${id}-${turn}`,
                conversationId: id,
                ...(turn > 0 ? { parentId: `${id}-${turn - 1}` } : {}),
                role: turn % 2 === 0 ? 'user' : 'assistant',
                content: `Turn ${turn} of conversation ${index}: the activation energy of step ${turn} follows from the slope. `.repeat(4),
                state: 'complete',
                createdAtMs: updatedAtMs + turn,
              })
            }
            transaction.objectStore('conversations').put({
              id,
              title: `Reaction network ${index}`,
              isTitleOwn: false,
              createdAtMs: updatedAtMs,
              updatedAtMs,
              isPinned: false,
              shelf: 'open',
              systemPrompt: '',
              parameters: {},
              leafId: `${id}-${each - 1}`,
            })
          }
        })
      }
      db.close()
    },
    { conversations, messages },
  )
}
