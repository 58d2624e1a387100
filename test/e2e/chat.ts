import type { Locator, Page } from '@playwright/test'

/** The page of the chat as a person meets it: by role and name. */
export function chatOf(page: Page) {
  const main = page.getByRole('main')
  const answers = main.getByRole('region', { name: 'Answer' })
  return {
    questions: main.getByRole('region', { name: 'Your message' }),
    answers,
    /** The last answer. */
    answer: answers.last(),
    conversations: page.getByRole('list', { name: 'Conversations' }).getByRole('link'),
    message: page.getByRole('textbox', { name: 'Message', exact: true }),
    stop: main.getByRole('button', { name: 'Stop' }),
    model: main.getByRole('button', { name: /^Model:/ }),

    /** The first minute's shortest way: no site, no server, the guide answers. */
    async lookAround(): Promise<void> {
      await page.getByRole('button', { name: 'Look around' }).click()
      await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor()
    },
    async chooseModel(name: string): Promise<void> {
      await this.model.click()
      await page.getByRole('option', { name }).click()
    },
    /** Resolves when the place of the answer is there. */
    async ask(question: string): Promise<void> {
      const before = await answers.count()
      await this.message.fill(question)
      await this.message.press('Enter')
      await answers.nth(before).waitFor()
    },
    /** Resolves when the answer that is on its way has come to an end. */
    async answered(): Promise<void> {
      await answers.last().getByRole('button', { name: 'Regenerate' }).waitFor()
      await main.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
    },
  }
}

/** How often the text of an element has changed so far, counted in the page from now on. */
export async function countChanges(area: Locator): Promise<() => Promise<number>> {
  const counter = await area.evaluateHandle((element) => {
    const count = { changes: 0 }
    new MutationObserver(() => (count.changes += 1)).observe(element, { childList: true, characterData: true, subtree: true })
    return count
  })
  return () => counter.evaluate(({ changes }) => changes)
}

/** Whether the page's database holds this text, in whatever table. */
export function isStored(page: Page, text: string): Promise<boolean> {
  return page.evaluate(async (wanted) => {
    const settled = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((done, failed) => {
        request.onsuccess = () => done(request.result)
        request.onerror = () => failed(request.error ?? new Error('IndexedDB failed'))
      })
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name ?? ''))
      try {
        for (const table of database.objectStoreNames)
          if (JSON.stringify(await settled(database.transaction(table).objectStore(table).getAll())).includes(wanted)) return true
      } finally {
        database.close()
      }
    }
    return false
  }, text)
}
