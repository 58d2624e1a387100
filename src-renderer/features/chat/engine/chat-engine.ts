import type { Message, ModelChoice } from '@shared/domain/conversation'
import { FirstError } from '@shared/errors'
import { type AnswerEnd, finishMessage } from '../../../db/answers'
import type { Clock, Locks, NewId } from '../../../db/environment'
import { findMessage } from '../../../db/history'
import { streamLock } from '../../../db/recovery'
import type { Database } from '../../../db/schema'
import { toStorageError } from '../../../db/storage-error'
import type { Gateway } from '../../../rpc/gateway'
import { streamAnswer } from './answer'
import { createGrowingAnswer, type GrowingAnswer } from './growing-answer'
import { createSendQueue } from './send-queue'
import { createStreams, without } from './streams'
import { createTurnSlots, type TurnSlot } from './turn-slots'
import { type PreparedTurn, prepareAnother, prepareContinue, prepareEdit, prepareSend, type TurnDeps } from './turns'
import type { ChatEngine, SendInput, StartedTurn, StreamView } from './types'

export interface ChatEngineDeps {
  readonly db: Database
  readonly gateway: Gateway
  readonly clock: Clock
  readonly newId: NewId
  readonly locks: Locks
  /** Runs `apply` before the next frame; a hidden window may take long or never do it. */
  readonly scheduleFrame?: (apply: () => void) => void
  /** Hears of a queued text that could not be sent; it stays in the queue. */
  readonly onError: (cause: unknown) => void
}

/** Milliseconds between two attempts to store an answer that has ended, on a full disk. */
const storeAgainMs = 5_000
/** How long an answer stays in the store once the database has it. */
const lingerMs = 1_000

export function createChatEngine(deps: ChatEngineDeps): ChatEngine {
  const { db, gateway, clock, locks, onError } = deps
  const scheduleFrame = deps.scheduleFrame ?? ((apply) => void requestAnimationFrame(apply))
  const streams = createStreams()
  const queue = createSendQueue({ ...deps, streams })
  const slots = createTurnSlots()
  const growing = new Map<string, GrowingAnswer>()

  /** Stores a turn and sets its answer off; `slot` is freed when that has ended, or at once when it cannot begin. */
  async function begin(slot: TurnSlot, prepare: (turn: TurnDeps) => Promise<PreparedTurn>): Promise<PreparedTurn> {
    const releases: (() => void)[] = []
    const claim = async (messageId: string): Promise<void> => void releases.push(await locks.hold(streamLock(messageId)))
    const release = (): void => {
      for (const letGo of releases) letGo()
    }
    try {
      const turn = await prepare({ ...deps, claim })
      void run(slot, turn, release)
      return turn
    } catch (cause) {
      release()
      slot.free()
      throw toStorageError(cause)
    }
  }

  async function run(slot: TurnSlot, { message, request }: PreparedTurn, release: () => void): Promise<void> {
    const answer = createGrowingAnswer({ db, clock, streams, scheduleFrame }, viewOf(message, clock.now()))
    growing.set(message.id, answer)
    const end = await streamAnswer(gateway, request, answer, slot.signal)
    await answer.close()
    await store(answer, end)
    growing.delete(message.id)
    streams.setState(({ streams: all }) => ({ streams: { ...all, [message.id]: { ...answer.view, phase: 'ended' } } }))
    clock.after(lingerMs, () => forget(message.id))
    release()
    slot.free()
    if (!slot.isTakenOver && end.state !== 'failed') sendNext(slot.conversationId)
  }

  /** Until it works: while the disk is full the answer is in memory and says so. */
  async function store({ view }: GrowingAnswer, end: AnswerEnd): Promise<void> {
    for (;;) {
      try {
        await finishMessage(db, clock, view.messageId, end)
        return
      } catch (cause) {
        const { message: storageProblem } = toStorageError(cause)
        streams.setState(({ streams: all }) => ({ streams: { ...all, [view.messageId]: { ...view, storageProblem } } }))
        await new Promise<void>((over) => clock.after(storeAgainMs, over))
      }
    }
  }

  function forget(messageId: string): void {
    // The message may stream again: then the entry is that stream's.
    if (growing.has(messageId)) return
    streams.setState(({ streams: all }) => ({ streams: without(all, messageId) }))
  }

  function sendNext(conversationId: string): void {
    const next = queue.first(conversationId)
    const slot = next && slots.tryTake(conversationId)
    if (!slot) return
    begin(slot, (turn) => prepareSend(turn, conversationId, next.text, next.choice))
      // Only now: a crash in between leaves it twice rather than not at all.
      .then(() => queue.remove(conversationId, next.id))
      .catch(onError)
  }

  async function takeOver(messageId: string): Promise<TurnSlot> {
    const { conversationId } = await findMessage(db, messageId)
    return slots.takeOver(conversationId)
  }

  async function another(messageId: string, choice?: ModelChoice): Promise<string> {
    const slot = await takeOver(messageId)
    return (await begin(slot, (turn) => prepareAnother(turn, messageId, choice))).message.id
  }

  async function goOn(messageId: string): Promise<void> {
    const slot = await takeOver(messageId)
    await begin(slot, (turn) => prepareContinue(turn, messageId))
  }

  return {
    streams,
    async send(input: SendInput) {
      requireText(input.text)
      const { conversationId, text, choice } = input
      const slot = queue.isEmpty(conversationId) ? slots.tryTake(conversationId) : undefined
      if (slot) return started(await begin(slot, (turn) => prepareSend(turn, conversationId, text, choice)))
      const queued = await queue.add(input)
      sendNext(conversationId)
      return { kind: 'queued', queuedId: queued.id }
    },
    regenerate: another,
    async edit(messageId, text, choice) {
      requireText(text)
      const slot = await takeOver(messageId)
      return started(await begin(slot, (turn) => prepareEdit(turn, messageId, text, choice)))
    },
    continueAnswer: goOn,
    async retry(messageId) {
      const { content, reasoning, role } = await findMessage(db, messageId)
      if (role === 'user' || content !== '' || reasoning !== undefined) return another(messageId)
      await goOn(messageId)
      return messageId
    },
    stop: (conversationId) => slots.stop(conversationId),
    cancelQueued: async (conversationId, queuedId) => (await queue.remove(conversationId, queuedId))?.text,
    async flush() {
      await Promise.all(Array.from(growing.values(), (answer) => answer.flush()))
    },
    whenIdle: () => slots.whenFree(),
  }
}

function requireText(text: string): void {
  if (text.trim() === '') throw new FirstError('invalid_request', 'There is nothing to send.', { param: 'text' })
}

function started({ message, userMessageId }: PreparedTurn): StartedTurn {
  return { kind: 'started', messageId: message.id, userMessageId: userMessageId ?? message.id }
}

function viewOf(message: Message, nowMs: number): StreamView {
  return {
    messageId: message.id,
    conversationId: message.conversationId,
    content: message.content,
    reasoning: message.reasoning ?? '',
    phase: 'waiting',
    startedAtMs: nowMs,
    estimatedTokens: 0,
  }
}
