import { languageOf, type Language } from './languages'

export interface CodeToken {
  readonly content: string
  /** A CSS colour. */
  readonly color: string
}
export type CodeLines = readonly (readonly CodeToken[])[]

export interface HighlightRequest {
  readonly id: number
  readonly code: string
  readonly language: Language
}
export interface HighlightAnswer {
  readonly id: number
  /** Empty when the language could not be loaded. */
  readonly lines: CodeLines
}

/** Longer code stays plain: its spans would cost more than their colours are worth. */
const maxCodeChars = 40_000
const maxKept = 200

const waiting = new Map<number, (lines: CodeLines) => void>()
const kept = new Map<string, Promise<CodeLines>>()
let worker: Worker | undefined
let lastId = 0

function start(): Worker {
  const started = new Worker(new URL('./highlight-worker.ts', import.meta.url), { type: 'module' })
  started.addEventListener('message', ({ data }: MessageEvent<HighlightAnswer>) => {
    waiting.get(data.id)?.(data.lines)
    waiting.delete(data.id)
  })
  return started
}

/** Colours code in a worker; undefined where the language is not known or the code is too long, and no lines where it failed. */
export function highlight(code: string, languageName: string): Promise<CodeLines> | undefined {
  const language = languageOf(languageName)
  if (language === undefined || code.length > maxCodeChars) return undefined
  const key = `${language}\n${code}`
  const known = kept.get(key)
  if (known !== undefined) return known
  worker ??= start()
  lastId += 1
  const id = lastId
  const lines = new Promise<CodeLines>((resolve) => waiting.set(id, resolve))
  worker.postMessage({ id, code, language } satisfies HighlightRequest)
  kept.set(key, lines)
  const oldest = kept.keys().next()
  if (kept.size > maxKept && oldest.done !== true) kept.delete(oldest.value)
  return lines
}
