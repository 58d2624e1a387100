/** The one turn that a conversation has at a time, from its preparation until its answer is stored. */
export interface TurnSlot {
  readonly conversationId: string
  readonly signal: AbortSignal
  /** Another turn waits to take this one's place: what is queued does not come before it. */
  readonly isTakenOver: boolean
  stop(): void
  free(): void
}

export interface TurnSlots {
  isBusy(conversationId: string): boolean
  /** Takes the conversation at once, or gives undefined while another turn has it. */
  tryTake(conversationId: string): TurnSlot | undefined
  /** Stops the turn that has the conversation, waits for its end and takes it. */
  takeOver(conversationId: string): Promise<TurnSlot>
  /** Stops the turn, and resolves when it has ended. */
  stop(conversationId: string): Promise<void>
  /** Resolves when no conversation has a turn. */
  whenFree(): Promise<void>
}

export function createTurnSlots(): TurnSlots {
  const taken = new Map<string, { slot: TurnSlot; ended: Promise<void>; yieldTo(): void }>()

  function tryTake(conversationId: string): TurnSlot | undefined {
    if (taken.has(conversationId)) return undefined
    const controller = new AbortController()
    let isTakenOver = false
    let end: () => void = () => undefined
    const ended = new Promise<void>((resolve) => (end = resolve))
    const slot: TurnSlot = {
      conversationId,
      signal: controller.signal,
      get isTakenOver() {
        return isTakenOver
      },
      stop: () => controller.abort(),
      free() {
        taken.delete(conversationId)
        end()
      },
    }
    taken.set(conversationId, { slot, ended, yieldTo: () => (isTakenOver = true) })
    return slot
  }

  return {
    isBusy: (conversationId) => taken.has(conversationId),
    tryTake,
    async takeOver(conversationId) {
      for (;;) {
        const slot = tryTake(conversationId)
        if (slot) return slot
        const present = taken.get(conversationId)
        present?.yieldTo()
        present?.slot.stop()
        await present?.ended
      }
    },
    async stop(conversationId) {
      const present = taken.get(conversationId)
      present?.slot.stop()
      await present?.ended
    },
    async whenFree() {
      while (taken.size > 0) await Promise.all(Array.from(taken.values(), ({ ended }) => ended))
    },
  }
}
