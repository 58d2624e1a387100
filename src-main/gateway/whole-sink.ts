import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { Operation } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { formatSse } from '../translate/sse'
import { estimateTokens } from '../records/estimate'
import { decode } from './content-encoding'
import { finishEvent } from './finish-event'
import { errorOfBody, type Sink, type SinkDeps } from './sinks'
import { parseErrorBody } from './upstream-errors'
import { usageOfAnswer } from './usage'

const wholeBodyLimitBytes = 256 * 2 ** 20

/** A whole answer is checked before its first byte goes out, so that garbage can still move on to the next candidate. */
export function createWholeSink(deps: SinkDeps, headers: IncomingHttpHeaders): Sink {
  const { record, cluster, passage, onFirstByte } = deps
  const parts: Buffer[] = []
  let sizeBytes = 0
  return {
    data(chunk) {
      if (sizeBytes === 0) {
        record.firstByte()
        onFirstByte()
      }
      parts.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > wholeBodyLimitBytes) throw new FirstError('upstream_garbled', `The answer of the cluster "${cluster}" has no end.`)
      return true
    },
    end() {
      const bytes = decode(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts), headers['content-encoding'], wholeBodyLimitBytes)
      const json = parseAnswer(bytes, passage.operation, cluster)
      const usage = usageOfAnswer(passage.operation, json)
      if (usage !== undefined) record.usage(usage)
      else if (passage.operation !== 'count_tokens') record.pieces(estimateTokens(bytes.length))
      send(deps, bytes, json)
    },
  }
}

function send({ call, asked, passage: { translation }, headers }: SinkDeps, bytes: Buffer, json: object): void {
  if (asked.isStreamed && translation !== undefined) {
    const events = translation.translator.streamOf(json, translation.context)
    call.outlet.commit(headers)
    call.response.end(events.map((event) => formatSse(finishEvent(event, asked))).join(''))
    return
  }
  const answer = translation === undefined ? undefined : translation.translator.answer(json, translation.context)
  const out = answer === undefined ? bytes : Buffer.from(JSON.stringify(asked.finish === undefined ? answer : asked.finish(answer as Record<string, unknown>)))
  call.outlet.end()
  call.response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': out.length, ...headers })
  call.response.end(out)
}

const list = z.array(z.unknown())
/** What makes an answer one. */
const shapes: Readonly<Record<Operation, z.ZodType<object>>> = {
  chat_completions: z.looseObject({ choices: list }),
  completions: z.looseObject({ choices: list }),
  embeddings: z.looseObject({ data: list }),
  responses: z.looseObject({ object: z.literal('response'), output: list }),
  messages: z.looseObject({ type: z.literal('message'), content: list }),
  count_tokens: z.looseObject({ input_tokens: z.number() }),
}

/** Some servers send their errors with status 200. */
function parseAnswer(bytes: Buffer, operation: Operation, cluster: string): object {
  const text = bytes.toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new FirstError('upstream_garbled', `The cluster "${cluster}" answered with something that is not JSON.`)
  }
  if (shapes[operation].safeParse(json).success) return json as object
  if (parseErrorBody(text) !== undefined) throw errorOfBody(text, cluster)
  throw new FirstError('upstream_garbled', `The cluster "${cluster}" answered with something that is not an answer of its protocol.`)
}
