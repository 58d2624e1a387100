import type { IncomingHttpHeaders } from 'node:http'
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

type Answer = Readonly<Record<string, unknown>>

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

function send({ call, asked, passage: { translation, finish }, headers }: SinkDeps, bytes: Buffer, json: Answer): void {
  if (asked.isStreamed && translation !== undefined) {
    const events = translation.translator.streamOf(json, translation.context)
    call.outlet.commit(headers)
    call.outlet.finish(events.map((event) => formatSse(finishEvent(event, finish))).join(''))
    return
  }
  const answer = translation === undefined ? json : (translation.translator.answer(json, translation.context) as Answer)
  const finished = finish === undefined ? answer : finish(answer)
  call.outlet.send(finished === json ? bytes : Buffer.from(JSON.stringify(finished)), headers)
}

const hasChoices = ({ choices }: Answer): boolean => Array.isArray(choices)
/** What makes an answer one; by hand, since a schema would cost each request more than reading its answer. */
const isAnswer: Readonly<Record<Operation, (answer: Answer) => boolean>> = {
  chat_completions: hasChoices,
  completions: hasChoices,
  embeddings: ({ data }) => Array.isArray(data),
  responses: ({ object, output }) => object === 'response' && Array.isArray(output),
  messages: ({ type, content }) => type === 'message' && Array.isArray(content),
  count_tokens: ({ input_tokens: count }) => typeof count === 'number',
}

/** Some servers send their errors with status 200. */
function parseAnswer(bytes: Buffer, operation: Operation, cluster: string): Answer {
  const text = bytes.toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new FirstError('upstream_garbled', `The cluster "${cluster}" answered with something that is not JSON.`)
  }
  if (isObject(json) && isAnswer[operation](json)) return json
  if (parseErrorBody(text) !== undefined) throw errorOfBody(text, cluster)
  throw new FirstError('upstream_garbled', `The cluster "${cluster}" answered with something that is not an answer of its protocol.`)
}

const isObject = (json: unknown): json is Answer => typeof json === 'object' && json !== null && !Array.isArray(json)
