import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { labModel } from './lab'

/** A line for each of so many requests: `q-1`, `q-2`, … */
export function batchLines(count: number, model: string = labModel): string {
  return Array.from({ length: count }, (_, index) =>
    `${JSON.stringify({ custom_id: `q-${index + 1}`, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: `Question ${index + 1}` }], max_tokens: 20 } })}\n`,
  ).join('')
}

/** A file of the test's folder. @returns its path */
export async function writeScratch(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** The page of batches as a person meets it. */
export function batchesOf(page: Page) {
  const list = page.getByRole('list', { name: 'Batches' })
  return {
    list,
    item: (name: string) => list.getByRole('listitem', { name }),
    rows: page.getByRole('grid', { name: 'Requests' }).getByRole('row'),
    queue: page.getByRole('button', { name: /^Queue/ }),
    /** Of what could not be taken. */
    toast: (text: string) => page.getByRole('listitem').filter({ hasText: text }),
    open: () => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Batches' }).click(),
  }
}
