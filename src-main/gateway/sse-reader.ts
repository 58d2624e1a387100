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
    if (!this.isFinished && valueAt(block, finishField, 0) < block.length) this.isFinished = true
    const kept: Buffer[] = []
    let keptTo = 0
    for (const [start, end] of this.#toLookAt(block)) {
      if (this.#isForCaller(block.subarray(start, end))) continue
      if (start > keptTo) kept.push(block.subarray(keptTo, start))
      keptTo = end
    }
    if (keptTo === 0) return block
    if (keptTo < block.length) kept.push(block.subarray(keptTo))
    return kept.length === 0 ? undefined : Buffer.concat(kept)
  }

  /** Events up to the first that has data, and of the others those with a mark: of hundreds that were read at once seldom more than three. */
  *#toLookAt(block: Buffer): Generator<readonly [start: number, end: number]> {
    let start = 0
    while (!this.#hasBegun && start < block.length) {
      const end = eventEnd(block, start)
      yield [start, end]
      start = end
    }
    const found = marks.map((find) => find(block, start))
    for (let mark = Math.min(...found); mark < block.length; mark = Math.min(...found)) {
      const end = eventEnd(block, mark)
      yield [Math.max(start, lastEventEnd(block.subarray(start, mark)) + start), end]
      start = end
      for (const [index, find] of marks.entries()) if ((found[index] ?? 0) < start) found[index] = find(block, start)
    }
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
    if (valueAt(event, usageField, 0) === event.length) return true
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
  if (valueAt(event, errorField, 0) === event.length) return false
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

function eventEnd(block: Buffer, from: number): number {
  const lineFeedEnd = block.indexOf(lineFeeds, from)
  const returnEnd = block.indexOf(returns, from)
  return Math.min(lineFeedEnd === -1 ? block.length : lineFeedEnd + 2, returnEnd === -1 ? block.length : returnEnd + 4)
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

type Find = (block: Buffer, from: number) => number

const indexOf = (mark: Buffer): Find => (block, from) => {
  const at = block.indexOf(mark, from)
  return at === -1 ? block.length : at
}

/** Where a field is with something else than null, which many servers send in every chunk; the length of the block where it is nowhere. */
function valueAt(block: Buffer, field: Buffer, from: number): number {
  for (let at = block.indexOf(field, from); at !== -1; at = block.indexOf(field, at)) {
    let value = at + field.length
    while (block[value] === 0x20 || block[value] === 0x3a) value++
    if (block[value] !== 0x6e) return at
    at = value
  }
  return block.length
}

/** What an event has that says something to the gateway. */
const marks: readonly Find[] = [indexOf(doneMark), indexOf(errorField), indexOf(nameField), (block, from) => valueAt(block, usageField, from)]
