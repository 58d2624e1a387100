import { FirstError } from '@shared/errors'
import { createSseParser, formatSse, type SseEvent } from '../translate/sse'
import { finishEvent } from './finish-event'
import type { Translation } from './passage'
import { errorOfBody, type Sink, type SinkDeps } from './sinks'
import { SseReader } from './sse-reader'
import { TypedStreamReader } from './typed-stream-reader'
import { createUsageMeter } from './usage'

const doneEvent = 'data: [DONE]\n\n'

/** A streamed answer: whole events go out as they come; the head goes with the first, so that a failure before it can still move on. */
export function createStreamSink(deps: SinkDeps): Sink {
  const { passage } = deps
  if (passage.translation !== undefined) return createTranslatedSink(deps, passage.translation)
  return passage.operation === 'chat_completions' || passage.operation === 'completions' ? createChunkSink(deps) : createTypedSink(deps)
}

/** Chunks without names, until `[DONE]`: Chat Completions and Completions. */
function createChunkSink(deps: SinkDeps): Sink {
  const { call: { outlet }, record, asked, cluster } = deps
  const reader = new SseReader({ hidesUsage: !asked.wantsUsage })
  return {
    data(chunk) {
      const bytes = reader.push(chunk)
      if (reader.usage !== undefined) record.usage(reader.usage)
      if (bytes !== undefined) {
        if (!outlet.isCommitted) begin(deps)
        record.pieces(countEvents(bytes))
      }
      const isTaken = bytes === undefined || outlet.write(bytes)
      if (reader.errorEvent !== undefined) throw errorOfBody(reader.errorEvent, cluster)
      return isTaken
    },
    end() {
      if (reader.hasTornEvent) throw torn(cluster)
      if (reader.isDone) outlet.finish()
      else if (reader.isFinished) outlet.finish(doneEvent)
      else throw unfinished(cluster)
    },
  }
}

/** Events with names: Responses and Messages. */
function createTypedSink(deps: SinkDeps): Sink {
  const { call: { outlet }, record, passage, cluster } = deps
  const reader = new TypedStreamReader(passage.operation, passage.finish)
  return {
    data(chunk) {
      const before = reader.passed
      const text = reader.push(chunk)
      if (reader.usage !== undefined) record.usage(reader.usage)
      if (text !== '') {
        if (!outlet.isCommitted) begin(deps, (error) => reader.errorEvents(error))
        record.pieces(reader.passed - before)
      }
      const isTaken = text === '' || outlet.write(text)
      if (reader.errorEvent !== undefined) throw errorOfBody(reader.errorEvent, cluster)
      return isTaken
    },
    end() {
      if (reader.hasTornEvent) throw torn(cluster)
      if (!reader.isDone) throw unfinished(cluster)
      outlet.finish()
    },
  }
}

/** The events of another protocol, told in the caller's. */
function createTranslatedSink(deps: SinkDeps, { translator, context }: Translation): Sink {
  const { call: { outlet }, record, passage } = deps
  const parser = createSseParser()
  const stream = translator.stream(context)
  const meter = createUsageMeter(passage.operation)
  const text = (events: readonly SseEvent[]): string => events.map((event) => formatSse(finishEvent(event, passage.finish))).join('')

  const write = (events: readonly SseEvent[]): boolean => {
    // An error before anything else was said can still move on.
    if (stream.error !== undefined && !outlet.isCommitted) throw stream.error
    if (events.length === 0) return true
    if (!outlet.isCommitted) begin(deps, (error) => text(stream.fail(error)))
    const isTaken = outlet.write(text(events))
    if (stream.error !== undefined) {
      outlet.isErrorTold = true
      throw stream.error
    }
    return isTaken
  }
  return {
    data(chunk) {
      const events = parser.push(chunk)
      for (const { data } of events) meter.see(data)
      if (meter.usage !== undefined) record.usage(meter.usage)
      record.pieces(events.length)
      return write(events.flatMap((event) => stream.push(event)))
    },
    end() {
      write(stream.end())
      outlet.finish()
    },
  }
}

/** @param errorEvents of this stream: one that never began has none to leave behind for the next place's. */
function begin({ call, record, headers, onFirstByte }: SinkDeps, errorEvents?: (error: FirstError) => string): void {
  record.firstByte()
  onFirstByte()
  call.outlet.commit(headers, errorEvents)
}

const eventEnd = Buffer.from('\n\n')

function countEvents(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(eventEnd); at !== -1; at = bytes.indexOf(eventEnd, at + eventEnd.length)) count++
  return count
}

const torn = (cluster: string): FirstError => new FirstError('upstream_garbled', `The cluster "${cluster}" ended its answer in the middle of an event.`)
const unfinished = (cluster: string): FirstError => new FirstError('upstream_garbled', `The cluster "${cluster}" ended its answer before it was whole.`)
