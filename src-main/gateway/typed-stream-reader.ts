import type { Operation } from '@shared/domain/model'
import type { Usage } from '@shared/domain/usage'
import { FirstError } from '@shared/errors'
import { createSseParser, formatSse, type SseEvent } from '../translate/sse'
import { errorEvent } from './error-answer'
import { finishEvent } from './finish-event'
import type { Passage } from './passage'
import { createUsageMeter } from './usage'

/** The events after which nothing comes. */
const lastEvents: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed', 'message_stop'])

/** Watches the events of Responses or of Messages go by; a torn one never reaches the caller. */
export class TypedStreamReader {
  isDone = false
  /** The text of an error that the server sent as an event; it is not passed on, since the gateway says it in its own words. */
  errorEvent: string | undefined
  readonly #operation: Operation
  readonly #finish: Passage['finish']
  readonly #parser = createSseParser()
  readonly #meter: ReturnType<typeof createUsageMeter>
  /** Events passed on so far. */
  passed = 0

  constructor(operation: Operation, finish?: Passage['finish']) {
    this.#operation = operation
    this.#finish = finish
    this.#meter = createUsageMeter(operation)
  }

  get usage(): Usage | undefined {
    return this.#meter.usage
  }

  get hasTornEvent(): boolean {
    return this.#parser.hasTornEvent
  }

  /** @returns the events to pass on. @throws FirstError `upstream_garbled` for an event of another protocol. */
  push(chunk: Buffer): string {
    let text = ''
    for (const event of this.#parser.push(chunk)) text += this.#look(event)
    return text
  }

  #look(event: SseEvent): string {
    // Some servers add the end of the other protocol.
    if (event.data === '[DONE]') return ''
    const name = event.name ?? typeOf(event.data)
    if (name === undefined) throw new FirstError('upstream_garbled', 'The server sent events that are not of the protocol that it was asked in.')
    if (name === 'error') {
      this.errorEvent ??= event.data
      return ''
    }
    if (lastEvents.has(name)) this.isDone = true
    this.#meter.see(event.data)
    this.passed++
    return formatSse(finishEvent({ name, data: event.data }, this.#finish))
  }

  /** A failure in the middle of the stream, as an event of its protocol. */
  errorEvents(error: FirstError): string {
    return errorEvent(error, this.#operation, { shape: 'openai', sequence: this.passed })
  }
}

function typeOf(data: string): string | undefined {
  return /^\s*\{\s*"type"\s*:\s*"([a-z_.]+)"/.exec(data)?.[1]
}
