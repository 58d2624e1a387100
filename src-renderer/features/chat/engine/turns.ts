import type { Conversation, Message, ModelChoice } from '@shared/domain/conversation'
import { FirstError } from '@shared/errors'
import { appendMessages, reopenMessage } from '../../../db/answers'
import type { Clock, NewId } from '../../../db/environment'
import { findMessage, messagesOf } from '../../../db/history'
import type { Database } from '../../../db/schema'
import { branchTo, buildTree } from '../../../db/tree'
import type { AnswerRequest } from './answer'
import { toWireMessages } from './request'
import { deriveTitle } from './title'

/** A turn that is stored: the message that will grow, and what is asked for it. */
export interface PreparedTurn {
  readonly message: Message
  readonly userMessageId?: string
  readonly request: AnswerRequest
}

export interface TurnDeps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
  /** Called with the message's id before it is stored as streaming. */
  readonly claim: (messageId: string) => Promise<void>
}

interface Place {
  readonly conversation: Conversation
  /** Root to the message that the turn follows. */
  readonly branch: readonly Message[]
}

/** A question at the end of the branch that is shown. */
export async function prepareSend(deps: TurnDeps, conversationId: string, text: string, choice: ModelChoice): Promise<PreparedTurn> {
  const conversation = await findConversation(deps.db, conversationId)
  const branch = branchTo(buildTree(await messagesOf(deps.db, conversationId)), conversation.leafId)
  return ask(deps, { conversation, branch }, text, choice)
}

/** Another version of a question, beside it. */
export async function prepareEdit(deps: TurnDeps, messageId: string, text: string, choice?: ModelChoice): Promise<PreparedTurn> {
  const { conversation, branch } = await placeOf(deps.db, messageId)
  const question = branch.at(-1)
  if (question?.role !== 'user') throw new FirstError('invalid_request', 'Only a question can be edited.')
  return ask(deps, { conversation, branch: branch.slice(0, -1) }, text, chooseFor(conversation, question, choice))
}

/** One more answer: to a question, or beside an answer. */
export async function prepareAnother(deps: TurnDeps, messageId: string, choice?: ModelChoice): Promise<PreparedTurn> {
  const { conversation, branch } = await placeOf(deps.db, messageId)
  const last = branch.at(-1)
  const asked = last?.role === 'assistant' ? branch.slice(0, -1) : branch
  if (asked.length === 0) throw new FirstError('invalid_request', 'There is no question before this answer.')
  const chosen = chooseFor(conversation, last, choice)
  const message = await placeholder(deps, conversation.id, asked.at(-1)?.id, chosen)
  await appendMessages(deps.db, [message], { choice: chosen })
  return { message, request: requestFor(conversation, asked, chosen) }
}

/** More of an answer, in its own message. */
export async function prepareContinue(deps: TurnDeps, messageId: string): Promise<PreparedTurn> {
  const { conversation, branch } = await placeOf(deps.db, messageId)
  const message = branch.at(-1)
  if (message?.role !== 'assistant') throw new FirstError('invalid_request', 'Only an answer can be continued.')
  const choice = chooseFor(conversation, message)
  await deps.claim(messageId)
  await reopenMessage(deps.db, deps.clock, message)
  return { message, request: { ...requestFor(conversation, branch, choice), prior: message } }
}

async function ask(deps: TurnDeps, { conversation, branch }: Place, text: string, choice: ModelChoice): Promise<PreparedTurn> {
  const { db, clock, newId } = deps
  const parentId = branch.at(-1)?.id
  const question: Message = {
    id: newId(),
    conversationId: conversation.id,
    role: 'user',
    content: text,
    state: 'complete',
    createdAtMs: clock.now(),
    ...(parentId !== undefined && { parentId }),
  }
  const message = await placeholder(deps, conversation.id, question.id, choice)
  const isFirst = parentId === undefined && !conversation.isTitleOwn
  await appendMessages(db, [question, message], { choice, ...(isFirst && { title: deriveTitle(text) }) })
  return { message, userMessageId: question.id, request: requestFor(conversation, [...branch, question], choice) }
}

async function placeholder({ clock, newId, claim }: TurnDeps, conversationId: string, parentId: string | undefined, choice: ModelChoice): Promise<Message> {
  const id = newId()
  await claim(id)
  const base: Message = { id, conversationId, role: 'assistant', content: '', state: 'streaming', createdAtMs: clock.now(), choice }
  return parentId === undefined ? base : { ...base, parentId }
}

function requestFor({ systemPrompt, parameters }: Conversation, branch: readonly Message[], choice: ModelChoice): AnswerRequest {
  return { choice, parameters, messages: toWireMessages(systemPrompt, branch) }
}

/** What was asked for, else what the conversation is set to, else who answered before. */
function chooseFor(conversation: Conversation, message: Message | undefined, choice?: ModelChoice): ModelChoice {
  const chosen = choice ?? conversation.choice ?? message?.choice
  if (!chosen) throw new FirstError('invalid_request', 'Choose a model first.')
  return chosen
}

async function placeOf(db: Database, messageId: string): Promise<Place> {
  const { conversationId } = await findMessage(db, messageId)
  const [conversation, messages] = await Promise.all([findConversation(db, conversationId), messagesOf(db, conversationId)])
  return { conversation, branch: branchTo(buildTree(messages), messageId) }
}

async function findConversation(db: Database, id: string): Promise<Conversation> {
  const conversation = await db.conversations.get(id)
  if (!conversation) throw new FirstError('not_found', `There is no conversation ${id} in this window.`)
  return conversation
}
