import { type FirstError, toFirstError } from '@shared/errors'
import type { ChatForm } from './chat/chat-form'
import { createChatStreamReader } from './chat/read-stream'
import { createChatStreamWriter } from './chat/write-stream'
import { readChatAnswer } from './chat/read-answer'
import { readChatRequest } from './chat/read-request'
import { writeChatAnswer } from './chat/write-answer'
import { unsaidInChat, writeChatRequest } from './chat/write-request'
import type { Answer, AnswerContext, Conversation, Protocol } from './conversation'
import type { StreamReader, StreamWriter } from './delta'
import { sortExtras } from './extras'
import { unfoldAnswer } from './fold'
import { createMessagesStreamReader } from './messages/read-stream'
import { createMessagesStreamWriter } from './messages/write-stream'
import { readMessagesAnswer } from './messages/read-answer'
import { readMessagesRequest } from './messages/read-request'
import { writeMessagesAnswer } from './messages/write-answer'
import { unsaidInMessages, writeMessagesRequest } from './messages/write-request'
import { createCallOrder } from './order-calls'
import { createResponsesStreamReader } from './responses/read-stream'
import { createResponsesStreamWriter } from './responses/write-stream'
import { readResponsesAnswer } from './responses/read-answer'
import { readResponsesRequest } from './responses/read-request'
import { writeResponsesAnswer } from './responses/write-answer'
import { unsaidInResponses, writeResponsesRequest } from './responses/write-request'
import type { SseEvent } from './sse'

/** What a protocol is to the translation: three things to read, three to write. */
interface Dialect {
  readonly readRequest: (body: unknown) => Conversation
  readonly writeRequest: (asked: Conversation, form: ChatForm) => Record<string, unknown>
  /** Names of what of the request `writeRequest` leaves out; an extra of such a name goes no further either. */
  readonly unsaid: (asked: Conversation, form: ChatForm) => readonly string[]
  readonly readAnswer: (body: unknown, context: AnswerContext) => Answer
  readonly writeAnswer: (answer: Answer, context: AnswerContext) => object
  readonly createReader: (context: AnswerContext) => StreamReader
  readonly createWriter: (context: AnswerContext) => StreamWriter
}

const dialects: Readonly<Record<Protocol, Dialect>> = {
  chat_completions: {
    readRequest: readChatRequest,
    writeRequest: writeChatRequest,
    unsaid: unsaidInChat,
    readAnswer: readChatAnswer,
    writeAnswer: writeChatAnswer,
    createReader: createChatStreamReader,
    createWriter: createChatStreamWriter,
  },
  responses: {
    readRequest: readResponsesRequest,
    writeRequest: writeResponsesRequest,
    unsaid: unsaidInResponses,
    readAnswer: readResponsesAnswer,
    writeAnswer: writeResponsesAnswer,
    createReader: createResponsesStreamReader,
    createWriter: createResponsesStreamWriter,
  },
  messages: {
    readRequest: readMessagesRequest,
    writeRequest: writeMessagesRequest,
    unsaid: unsaidInMessages,
    readAnswer: readMessagesAnswer,
    writeAnswer: writeMessagesAnswer,
    createReader: createMessagesStreamReader,
    createWriter: createMessagesStreamWriter,
  },
}

export interface TranslatedRequest {
  readonly body: Record<string, unknown>
  /** Goes into the `AnswerContext` of the answer. */
  readonly conversation: Conversation
  /** Fields and tools of the caller that the cluster's protocol has no word for, for a warning. */
  readonly dropped: readonly string[]
}

export interface StreamTranslation {
  /** Events for the caller; after the last one nothing comes. */
  push(event: SseEvent): SseEvent[]
  /** The cluster's bytes have ended. */
  end(): SseEvent[]
  /** The cluster's connection broke, or the time is over. */
  fail(error: FirstError): SseEvent[]
  /** Set once an error was told to the caller. */
  readonly error: FirstError | undefined
  /** Whether the last event was given out. */
  readonly isOver: boolean
}

export interface Translator {
  /** @throws FirstError `invalid_request` that names the field */
  request(body: unknown, options?: RequestOptions): TranslatedRequest
  /** @throws FirstError `upstream_garbled` */
  answer(body: unknown, context: AnswerContext): object
  stream(context: AnswerContext): StreamTranslation
  /** A whole answer of the cluster as the stream the caller asked for. @throws FirstError `upstream_garbled` */
  streamOf(body: unknown, context: AnswerContext): SseEvent[]
}

export interface RequestOptions {
  /** The id by which the cluster knows the model. */
  readonly model?: string | undefined
  /** Of the cluster, where it speaks Chat Completions. */
  readonly chat?: ChatForm | undefined
}

/** Between what the caller speaks (`from`) and what the cluster does (`to`). */
export function translatorFor(from: Protocol, to: Protocol): Translator {
  const caller = dialects[from]
  const cluster = dialects[to]
  return {
    request(body, { model, chat: form = {} } = {}) {
      const conversation = caller.readRequest(body)
      const { passed, dropped } = sortExtras(conversation.extras)
      const written = cluster.writeRequest(model === undefined ? conversation : { ...conversation, model }, form)
      const unsaid = cluster.unsaid(conversation, form)
      for (const name of unsaid) Reflect.deleteProperty(passed, name)
      return { body: { ...passed, ...written }, conversation, dropped: [...conversation.dropped, ...dropped, ...unsaid] }
    },
    answer: (body, context) => caller.writeAnswer(cluster.readAnswer(body, context), context),
    stream: (context) => createStreamTranslation(cluster.createReader(context), caller.createWriter(context)),
    streamOf(body, context) {
      const writer = caller.createWriter(context)
      return unfoldAnswer(cluster.readAnswer(body, context)).flatMap((delta) => writer.push(delta))
    },
  }
}

function createStreamTranslation(reader: StreamReader, writer: StreamWriter): StreamTranslation {
  const order = createCallOrder()
  let error: FirstError | undefined
  let isOver = false
  const write = (deltas: ReturnType<StreamReader['end']>): SseEvent[] =>
    deltas.flatMap((delta) => order.push(delta)).flatMap((delta) => {
      if (isOver) return []
      if (delta.kind === 'error') error = delta.error
      isOver = delta.kind === 'error' || delta.kind === 'end'
      return writer.push(delta)
    })
  const fail = (cause: FirstError): SseEvent[] => write([{ kind: 'error', error: cause }])
  return {
    push(event) {
      try {
        return write(reader.push(event))
      } catch (cause) {
        return fail(toFirstError(cause))
      }
    },
    end: () => write(reader.end()),
    fail,
    get error() {
      return error
    },
    get isOver() {
      return isOver
    },
  }
}
