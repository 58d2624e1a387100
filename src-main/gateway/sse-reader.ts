import { z } from 'zod'
import type { Usage } from '@shared/domain/usage'
import { FirstError } from '@shared/errors'
import { readUsage } from './usage'

/** An event longer than this is not an answer of a model. */
const eventLimitBytes = 16 * 2 ** 20

const lineFeeds = Buffer.from('\n\n')
const returns = Buffer.from('\r\n\r\n')
const usageField = Buffer.from('"usage"')
const errorField = Buffer.from('"error"')
const finishField = Buffer.from('"finish_reason"')
const doneMark = Buffer.from('[DONE]')
const nameField = Buffer.from('event:')
/** Of the longest end of an event, all but its last byte. */
const seamBytes = 3

export interface SseReaderOptions {
  /** Leaves the chunk that holds nothing but usage out of what is passed on: the caller did not ask for it. */
  readonly hidesUsage: boolean
}

/**
 * Watches a stream of chat chunks go by and passes their bytes on as they came, whole events only: a torn one never reaches the caller.
 * An event is looked into only when its bytes say that it holds something we need.
 */
export class SseReader {
  usage: Usage | undefined
  /** `[DONE]` was seen. */
  isDone = false
  /** A choice said why it ended, so the answer is whole even without `[DONE]`. */
  isFinished = false
  /** The text of an error that the server sent as an event; it is not passed on, since the caller's door has its own shape. */
  errorEvent: string | undefined
  readonly #hidesUsage: boolean
  /** Whether an event with data went by; before it nothing is passed on, so that a comment does not tie the caller to this server. */
  #hasBegun = false
  /** The beginning of an event, in the pieces it came in; joined once, when its end is there. */
  #held: Buffer[] = []
  #heldBytes = 0
  #seam: Buffer = Buffer.alloc(0)

  constructor({ hidesUsage }: SseReaderOptions) {
    this.#hidesUsage = hidesUsage
  }

  /** Bytes held back because their event is not whole yet. */
  get hasTornEvent(): boolean {
    return this.#heldBytes > 0
  }

  /**
   * @returns the bytes to pass on now, if any.
   * @throws FirstError `upstream_garbled` for an event without an end, or a first one that is not a chunk.
   */
  push(chunk: Buffer): Buffer | undefined {
    const end = this.#eventEnd(chunk)
    if (end === 0) {
      this.#hold(chunk)
      return undefined
    }
    const last = end === chunk.length ? chunk : chunk.subarray(0, end)
    const block = this.#held.length === 0 ? last : Buffer.concat([...this.#held, last])
    this.#held = []
    this.#heldBytes = 0
    if (end < chunk.length) this.#hold(chunk.subarray(end))
    return this.#look(block)
  }

  /** Where in the chunk the last event ends that ends there; 0 for none. Its first half may be in what is held. */
  #eventEnd(chunk: Buffer): number {
    const end = lastEventEnd(chunk)
    if (end > 0 || this.#heldBytes === 0) return end
    return Math.max(0, lastEventEnd(Buffer.concat([this.#seam, chunk.subarray(0, seamBytes)])) - this.#seam.length)
  }

  #hold(bytes: Buffer): void {
    this.#seam = Buffer.from((this.#heldBytes === 0 ? bytes : Buffer.concat([this.#seam, bytes.subarray(-seamBytes)])).subarray(-seamBytes))
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes > eventLimitBytes) throw new FirstError('upstream_garbled', 'The server sent an event that has no end.')
  }

  #look(block: Buffer): Buffer | undefined {
    if (!this.isFinished && hasValue(block, finishField)) this.isFinished = true
    if (!this.#hasBegun || block.includes(doneMark) || block.includes(errorField) || block.includes(nameField) || hasValue(block, usageField)) return this.#lookIntoEach(block)
    return block
  }

  #lookIntoEach(block: Buffer): Buffer | undefined {
    const kept: Buffer[] = []
    let isWhole = true
    for (const event of events(block)) {
      if (this.#isForCaller(event)) kept.push(event)
      else isWhole = false
    }
    if (isWhole) return block
    return kept.length === 0 ? undefined : Buffer.concat(kept)
  }

  #isForCaller(event: Buffer): boolean {
    const data = dataOf(event)
    if (!this.#hasBegun) {
      if (data === '') return false
      if (data !== '[DONE]' && !data.startsWith('{')) throw new FirstError('upstream_garbled', 'The server sent events that are not chunks of an answer.')
      this.#hasBegun = true
    }
    if (data === '[DONE]') {
      this.isDone = true
      return true
    }
    if (isError(event, data)) {
      this.errorEvent ??= data
      return false
    }
    if (!hasValue(event, usageField)) return true
    const read = readUsage(data)
    if (read === undefined) return true
    this.usage = read.usage
    return !(this.#hidesUsage && read.isAlone)
  }
}

const errorName = /^event: ?error\r?$/m
const errorData = z.union([z.object({ error: z.union([z.string().min(1), z.looseObject({})]) }), z.object({ object: z.literal('error') })])

/** An error has that name, or is told beside or in place of the choices. */
function isError(event: Buffer, data: string): boolean {
  if (event.includes(nameField) && errorName.test(event.toString('utf8'))) return true
  if (!hasValue(event, errorField)) return false
  try {
    return errorData.safeParse(JSON.parse(data)).success
  } catch {
    return false
  }
}

function lastEventEnd(bytes: Buffer): number {
  const lineFeedEnd = bytes.lastIndexOf(lineFeeds)
  const returnEnd = bytes.lastIndexOf(returns)
  return Math.max(lineFeedEnd === -1 ? 0 : lineFeedEnd + 2, returnEnd === -1 ? 0 : returnEnd + 4)
}

function* events(block: Buffer): Generator<Buffer> {
  let start = 0
  while (start < block.length) {
    const lineFeedEnd = block.indexOf(lineFeeds, start)
    const returnEnd = block.indexOf(returns, start)
    const ends = [lineFeedEnd === -1 ? block.length : lineFeedEnd + 2, returnEnd === -1 ? block.length : returnEnd + 4]
    const end = Math.min(...ends)
    yield block.subarray(start, end)
    start = end
  }
}

/** The joined `data` lines of an event (HTML standard, 9.2.6). */
function dataOf(event: Buffer): string {
  return event
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line[5] === ' ' ? 6 : 5))
    .join('\n')
    .trim()
}

/** Whether a field is there with something else than null: many servers send `"usage":null` in every chunk. */
function hasValue(block: Buffer, field: Buffer): boolean {
  for (let at = block.indexOf(field); at !== -1; at = block.indexOf(field, at)) {
    at += field.length
    while (block[at] === 0x20 || block[at] === 0x3a) at++
    if (block[at] !== 0x6e) return true
  }
  return false
}
