import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer, AnswerPart, Conversation, Protocol, Turn } from '@main/translate/conversation'
import type { Delta, StreamReader, StreamWriter } from '@main/translate/delta'
import { createChatStreamReader } from '@main/translate/chat/read-stream'
import { createChatStreamWriter } from '@main/translate/chat/write-stream'
import { readChatAnswer } from '@main/translate/chat/read-answer'
import { readChatRequest } from '@main/translate/chat/read-request'
import { writeChatAnswer } from '@main/translate/chat/write-answer'
import { writeChatRequest } from '@main/translate/chat/write-request'
import { foldDeltas, unfoldAnswer } from '@main/translate/fold'
import { createMessagesStreamReader } from '@main/translate/messages/read-stream'
import { createMessagesStreamWriter } from '@main/translate/messages/write-stream'
import { readMessagesAnswer } from '@main/translate/messages/read-answer'
import { readMessagesRequest } from '@main/translate/messages/read-request'
import { writeMessagesAnswer } from '@main/translate/messages/write-answer'
import { writeMessagesRequest } from '@main/translate/messages/write-request'
import { createResponsesStreamReader } from '@main/translate/responses/read-stream'
import { createResponsesStreamWriter } from '@main/translate/responses/write-stream'
import { readResponsesAnswer } from '@main/translate/responses/read-answer'
import { readResponsesRequest } from '@main/translate/responses/read-request'
import { writeResponsesAnswer } from '@main/translate/responses/write-answer'
import { writeResponsesRequest } from '@main/translate/responses/write-request'
import { translatorFor } from '@main/translate/translate'
import { bytesOf, context, parseCut, translateStream } from './support'

const protocols = ['chat_completions', 'responses', 'messages'] as const
const pairs = protocols.flatMap((from) => protocols.filter((to) => to !== from).map((to) => [from, to] as const))

interface Sides {
  readonly read: (body: unknown) => Answer
  readonly write: (answer: Answer) => object
  readonly reader: () => StreamReader
  readonly writer: () => StreamWriter
  readonly thereAndBack: (asked: Conversation) => Conversation
}
const said = context()
const sides: Readonly<Record<Protocol, Sides>> = {
  chat_completions: {
    read: (body) => readChatAnswer(body, said),
    write: (answer) => writeChatAnswer(answer, said),
    reader: () => createChatStreamReader(said),
    writer: () => createChatStreamWriter(said),
    thereAndBack: (asked) => readChatRequest(writeChatRequest(asked)),
  },
  responses: {
    read: readResponsesAnswer,
    write: (answer) => writeResponsesAnswer(answer, said),
    reader: createResponsesStreamReader,
    writer: () => createResponsesStreamWriter(said),
    thereAndBack: (asked) => readResponsesRequest(writeResponsesRequest(asked)),
  },
  messages: {
    read: readMessagesAnswer,
    write: (answer) => writeMessagesAnswer(answer, said),
    reader: createMessagesStreamReader,
    writer: () => createMessagesStreamWriter(said),
    thereAndBack: (asked) => readMessagesRequest(writeMessagesRequest(asked)),
  },
}

const word = fc.string({ minLength: 1, unit: 'grapheme' })
const name = fc.stringMatching(/^[a-z]{1,8}$/)
const callArguments = fc.dictionary(name, fc.oneof(word, fc.integer(), fc.array(fc.boolean()))).map((value) => JSON.stringify(value))
const answer: fc.Arbitrary<Answer> = fc
  .record({
    reasoning: fc.option(word),
    text: fc.option(word),
    calls: fc.array(fc.record({ name, arguments: callArguments }), { maxLength: 3 }),
    stop: fc.constantFrom('end' as const, 'length' as const),
    input: fc.nat(1000),
    output: fc.nat(1000),
  })
  .map(({ reasoning, text, calls, stop, input, output }) => {
    const parts: AnswerPart[] = []
    if (reasoning !== null) parts.push({ kind: 'reasoning', text: reasoning })
    if (text !== null) parts.push({ kind: 'text', text })
    for (const [index, call] of calls.entries()) parts.push({ kind: 'call', id: `c${index}`, ...call })
    return { parts, stop: calls.length > 0 && stop === 'end' ? 'calls' : stop, usage: { input, output, cached: Math.floor(input / 2), cacheWritten: 0, reasoning: 0 } }
  })

/** Cuts the words of a stream into pieces, as a server sends them. */
function cut(deltas: readonly Delta[], size: number): Delta[] {
  return deltas.flatMap((delta): Delta[] => ('text' in delta ? (delta.text.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []).map((text) => ({ ...delta, text })) : [delta]))
}

const streamOf = (protocol: Protocol, whole: Answer, size: number) => {
  const writer = sides[protocol].writer()
  return cut(unfoldAnswer(whole), size).flatMap((delta) => writer.push(delta))
}
const foldOf = (protocol: Protocol, events: ReturnType<typeof streamOf>) => {
  const reader = sides[protocol].reader()
  return foldDeltas([...events.flatMap((event) => reader.push(event)), ...reader.end()])
}

describe.each(pairs)('%s over %s', (from, to) => {
  it('gives in a stream what it gives whole', () => {
    fc.assert(fc.property(answer, fc.integer({ min: 1, max: 9 }), (given, size) => {
      const whole = sides[from].read(translatorFor(from, to).answer(sides[to].write(given), said))
      expect(foldOf(from, translateStream(from, to, streamOf(to, given, size), said))).toEqual(whole)
      expect(whole).toEqual(given)
    }))
  })

  it('gives the same events however the bytes were cut', () => {
    fc.assert(fc.property(answer, fc.array(fc.nat()), (given, cuts) => {
      const events = streamOf(to, given, 3)
      expect(translateStream(from, to, parseCut(bytesOf(events), cuts), said)).toEqual(translateStream(from, to, events, said))
    }))
  })

  it('streams a whole answer as one that was streamed', () => {
    fc.assert(fc.property(answer, (given) => {
      expect(foldOf(from, translatorFor(from, to).streamOf(sides[to].write(given), said))).toEqual(given)
    }))
  })
})

const user: fc.Arbitrary<Turn> = fc.array(fc.oneof(word.map((text) => ({ kind: 'text' as const, text })), fc.base64String({ minLength: 4 }).map((data) => ({ kind: 'image' as const, url: `data:image/png;base64,${data}` }))), { minLength: 1, maxLength: 3 }).map((parts) => ({ role: 'user', parts }))
const calling = fc.tuple(word, fc.array(fc.record({ name, arguments: callArguments, result: word }), { maxLength: 3 })).map(([text, calls]): Turn[] => [
  { role: 'assistant', parts: [{ kind: 'text', text }, ...calls.map((call, index) => ({ kind: 'call' as const, id: `c${index}`, name: call.name, arguments: call.arguments }))] },
  ...(calls.length === 0 ? [] : [{ role: 'tool' as const, parts: calls.map(({ result }, index) => ({ kind: 'result' as const, callId: `c${index}`, parts: [{ kind: 'text' as const, text: result }] })) }]),
])
const conversation: fc.Arbitrary<Conversation> = fc
  .record({
    system: word,
    rounds: fc.array(fc.tuple(user, calling), { minLength: 1, maxLength: 3 }),
    tools: fc.array(fc.record({ name, description: word }), { minLength: 1, maxLength: 2 }),
    toolChoice: fc.constantFrom({ kind: 'auto' as const }, { kind: 'required' as const }, { kind: 'tool' as const, name: 'weigh' }),
    hasParallelCalls: fc.boolean(),
    maxTokens: fc.integer({ min: 1, max: 1000 }),
    temperature: fc.constantFrom(0, 0.5, 1),
  })
  .map(({ system, rounds, tools, ...rest }) => ({
    model: 'm',
    isStreamed: true,
    wantsUsage: true,
    extras: {},
    dropped: [],
    turns: [{ role: 'system', parts: [{ kind: 'text', text: system }] }, ...rounds.flatMap(([asked, answered]) => [asked, ...answered])],
    tools: tools.map((tool) => ({ ...tool, parameters: { type: 'object', properties: {} } })),
    ...rest,
  }))

describe.each(protocols)('a request said in %s', (protocol) => {
  it('means the same when it is read again', () => {
    fc.assert(fc.property(conversation, (asked) => {
      const { tools, ...rest } = sides[protocol].thereAndBack(asked)
      expect({ ...rest, tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })) }).toEqual(asked)
    }))
  })
})
