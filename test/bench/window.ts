import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { chatOf } from '../e2e/chat'
import { startProcess } from './processes'
import { fillHistory } from './history'
import { longAnswer } from './long-answer'
import { median, ms, quantile, type Row } from './stats'

const launches = 5

export interface Opened {
  readonly app: ElectronApplication
  readonly page: Page
  /** Milliseconds from the start of the process to the mark of that name in the window. */
  readonly sinceStart: (mark: string) => Promise<number>
}

/** The real app, on a data directory that is its home too. */
export async function openWindow(dataDir: string): Promise<Opened> {
  const startedAtMs = Date.now()
  const app = await _electron.launch({
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), resolve('.'), '--data-dir', dataDir, '--port', '0'],
    env: { ...process.env, HOME: dataDir, XDG_CONFIG_HOME: dataDir, XDG_CACHE_HOME: dataDir },
  })
  const page = await app.firstWindow()
  const sinceStart = async (mark: string): Promise<number> => {
    const handle = await page.waitForFunction((name) => {
      const [entry] = performance.getEntriesByName(name, 'mark')
      return entry && performance.timeOrigin + entry.startTime
    }, mark)
    return Number(await handle.jsonValue()) - startedAtMs
  }
  return { app, page, sinceStart }
}

/** Starts the app several times on one data directory and returns the median of a mark, after one start that is not counted. */
async function timeStarts(dataDir: string, mark: string): Promise<number> {
  const times: number[] = []
  for (let launch = 0; launch <= launches; launch++) {
    const { app, sinceStart } = await openWindow(dataDir)
    const time = await sinceStart(mark)
    if (launch > 0) times.push(time)
    await app.close()
  }
  return median(times)
}

/** Gaps between frames, in milliseconds, while an answer streams in. */
async function framesWhileStreaming(dataDir: string): Promise<number[]> {
  const { app, page, sinceStart } = await openWindow(dataDir)
  await sinceStart('window-usable')
  const chat = chatOf(page)
  await chat.chooseModel('bench')
  await chat.ask('Write at length.')
  const gaps = await page.evaluate(
    () =>
      new Promise<number[]>((done) => {
        const found: number[] = []
        let last = performance.now()
        const onFrame = (now: number): void => {
          found.push(now - last)
          last = now
          if (document.querySelector('main button[aria-label="Regenerate"]') === null) requestAnimationFrame(onFrame)
          else done(found)
        }
        requestAnimationFrame(onFrame)
      }),
  )
  await app.close()
  return gaps
}

/** Start to usable, the price of a long history, and smoothness while an answer streams, all in the real app. */
export async function benchWindow(): Promise<Row[]> {
  const empty = await mkdtemp(join(tmpdir(), 'first-bench-empty-'))
  const full = await mkdtemp(join(tmpdir(), 'first-bench-full-'))
  const engine = await startProcess('engine.mjs', { EVENTS_PER_S: '500', PIECES: JSON.stringify(longAnswer(2000)) })
  try {
    for (const dataDir of [empty, full]) {
      const { app, page } = await openWindow(dataDir)
      await page.getByRole('button', { name: 'Look around' }).click()
      if (dataDir === full) await fillHistory(page, { conversations: 10_000, messages: 200_000 })
      await app.close()
    }
    const usable = await timeStarts(empty, 'window-usable')
    const emptyPainted = await timeStarts(empty, 'history-painted')
    const fullPainted = await timeStarts(full, 'history-painted')
    await writeFile(join(empty, 'config.yaml'), `version: 1\nclusters:\n  - name: bench\n    kind: direct\n    url: http://127.0.0.1:${engine.port}/v1\n    models: [bench]\n`)
    const gaps = await framesWhileStreaming(empty)
    const worst = Math.max(...gaps)
    const ratio = fullPainted / emptyPainted
    return [
      { what: 'process start to a usable window', value: ms(usable), aim: '< 1500 ms', holds: usable < 1500 },
      { what: 'process start to a painted history, 10,000 conversations and 200,000 messages, over empty', value: ms(fullPainted), reference: ms(emptyPainted), ratio: ratio.toFixed(2), aim: '<= 2', holds: ratio <= 2 },
      { what: '2,000 tokens at 500 a second: longest frame', value: ms(worst), reference: `p99 ${ms(quantile(gaps, 0.99))} of ${gaps.length} frames`, aim: '<= 50 ms', holds: worst <= 50 },
    ]
  } finally {
    await engine.stop()
    await rm(empty, { recursive: true, force: true })
    await rm(full, { recursive: true, force: true })
  }
}
