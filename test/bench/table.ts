import { openAsBlob } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { startProcess } from './processes'
import { quantile, type Row } from './stats'
import { openWindow } from './window'

const requests = 1_000_000
/** Results that are there before it is looked at. */
const enoughDone = 20_000
const watchedMs = 5_000

const lineOf = (index: number): string =>
  `${JSON.stringify({ custom_id: `request-${index}`, method: 'POST', url: '/v1/chat/completions', body: { model: 'bench', messages: [{ role: 'user', content: `What follows from the slope of ln k over 1/T in step ${index}?` }], max_tokens: 64 } })}\n`

async function writeRequests(path: string): Promise<void> {
  const perWrite = 100_000
  for (let from = 0; from < requests; from += perWrite)
    await writeFile(path, Array.from({ length: perWrite }, (_, index) => lineOf(from + index)).join(''), { flag: 'a' })
}

/** Queues the file, as a script would. @returns the id of the batch, once enough of it is done */
async function queue(dataDir: string, file: string): Promise<string> {
  const { url } = JSON.parse(await readFile(join(dataDir, 'owner.json'), 'utf8')) as { readonly url: string }
  const headers = { authorization: `Bearer ${(await readFile(join(dataDir, 'local.key'), 'utf8')).trim()}` }
  const ask = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await fetch(`${url}/v1${path}`, { ...init, headers: { ...headers, ...(init.headers as Record<string, string> | undefined) } })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', await openAsBlob(file), 'million.jsonl')
  const { id: inputFileId } = await ask<{ readonly id: string }>('/files', { method: 'POST', body: form })
  const order = { input_file_id: inputFileId, endpoint: '/v1/chat/completions', completion_window: '24h' }
  const { id } = await ask<{ readonly id: string }>('/batches', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) })
  for (;;) {
    const { request_counts: counts } = await ask<{ readonly request_counts: { readonly completed: number } }>(`/batches/${id}`)
    if (counts.completed >= enoughDone) return id
    await new Promise((done) => setTimeout(done, 500))
  }
}

type Scrolling = 'none' | 'wheel' | 'jumps'

/** Gaps between frames, in milliseconds, while the table is scrolled. */
function framesWhile(page: Page, scrolling: Scrolling): Promise<number[]> {
  return page.evaluate(
    ([how, ms]) =>
      new Promise<number[]>((done) => {
        const box = document.querySelector('[role=grid] [role=presentation]')
        if (box === null) throw new Error('there is no table')
        const found: number[] = []
        const startedAt = performance.now()
        let [last, jumpedAt, at] = [startedAt, startedAt, 0]
        const onFrame = (now: number): void => {
          found.push(now - last)
          last = now
          if (how === 'wheel') box.scrollTop += 60
          if (how === 'jumps' && now - jumpedAt > 100) {
            jumpedAt = now
            // By the golden ratio: all over the table, the same at each run.
            at = (at + 0.618034) % 1
            box.scrollTop = at * box.scrollHeight
          }
          if (now - startedAt < ms) requestAnimationFrame(onFrame)
          else done(found.slice(1))
        }
        requestAnimationFrame(onFrame)
      }),
    [scrolling, watchedMs] as const,
  )
}

const perSecond = (gaps: readonly number[]): number => (1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0)
const spread = (gaps: readonly number[]): string => `median ${quantile(gaps, 0.5).toFixed(1)}, p95 ${quantile(gaps, 0.95).toFixed(0)}, longest ${Math.max(...gaps).toFixed(0)} ms`

/** A million requests in the real window: scrolled while they run, and while they are paused. */
export async function benchTable(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'first-bench-table-'))
  const engine = await startProcess('engine.mjs', { DELAY_MS: '50' })
  try {
    await writeRequests(join(dataDir, 'million.jsonl'))
    await writeFile(join(dataDir, 'config.yaml'), `version: 1\nclusters:\n  - { name: bench, kind: direct, url: "http://127.0.0.1:${engine.port}/v1", models: [bench], profile: vllm }\nbatches: { maxRequests: ${requests} }\n`)
    const { app, page } = await openWindow(dataDir)
    await page.getByRole('button', { name: 'Look around' }).click()
    const id = await queue(dataDir, join(dataDir, 'million.jsonl'))
    await page.evaluate((hash) => void (location.hash = hash), `#/batches/${id}`)
    await page.getByRole('row').nth(5).waitFor()
    const rows: Row[] = []
    const measure = async (state: string): Promise<void> => {
      const alone = await framesWhile(page, 'none')
      for (const [scrolling, words] of [['wheel', 'a little each frame'], ['jumps', 'all over it, ten times a second']] as const) {
        const gaps = await framesWhile(page, scrolling)
        rows.push({ what: `${state}, scrolled ${words} (${spread(gaps)})`, value: perSecond(gaps).toFixed(1), reference: perSecond(alone).toFixed(1), ratio: (perSecond(gaps) / perSecond(alone)).toFixed(2), aim: '>= 55', holds: perSecond(gaps) >= 55 })
      }
    }
    await measure('running')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused').waitFor()
    await measure('paused')
    await app.close()
    return rows
  } finally {
    await engine.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
