/** What the failures of one line come to. */
export interface Failures {
  /** Times that it was tried, for what the failures are taken to be its own doing. */
  readonly tries: number
  /** Requests of the batch that had been answered at the last one. */
  readonly answered: number
}

/** Whether failures are the doing of lines or of their place: a line is to blame where others are answered meanwhile. */
export interface Blame {
  /** One was answered, whatever the answer says. */
  answered(): void
  /** What failed before says nothing any more: no place was to be had, or what hindered may be gone. */
  forget(): void
  /** @param before of the line that has failed @param isAtEnd whether no line is left that was not sent yet */
  failed(before: Failures | undefined, isAtEnd: boolean): Failures
  /** Whether nothing was answered for so long that the lines which are left are taken to be to blame. */
  isHopeless(isAtEnd: boolean): boolean
}

/** Milliseconds for which a place may fail all that is left of a batch. While new lines are left it may for as long as the batch lasts. */
const patienceMs = 5 * 60_000

/** @param clock Unix milliseconds */
export function createBlame(clock: () => number): Blame {
  let answered = 0
  let failingSinceMs: number | undefined
  const isHopeless = (isAtEnd: boolean): boolean => isAtEnd && failingSinceMs !== undefined && clock() - failingSinceMs >= patienceMs
  return {
    answered() {
      answered++
      failingSinceMs = undefined
    },
    forget() {
      failingSinceMs = undefined
    },
    failed(before, isAtEnd) {
      failingSinceMs ??= clock()
      if (before === undefined) return { tries: 1, answered }
      // With none left to compare it with, that it has once failed beside answers is enough.
      const isItsOwn = answered > before.answered || (isAtEnd && before.tries > 1) || isHopeless(isAtEnd)
      return { tries: isItsOwn ? before.tries + 1 : before.tries, answered }
    },
    isHopeless,
  }
}
