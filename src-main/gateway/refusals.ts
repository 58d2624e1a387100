import type { Identity } from '@shared/domain/identity'
import type { Refusal } from '@shared/domain/refusal'
import type { FirstError } from '@shared/errors'
import { signInNeed } from '@shared/globus/sign-in-need'
import { NotAdmitted } from '../identity/introspection/not-admitted'

/** Who was refused lately, for the owner; in memory only. */
export interface Refusals {
  note(error: FirstError, identity: Identity | undefined, origin: string | undefined): void
  /** The newest first. */
  list(): readonly Refusal[]
}

const most = 100

/** @param clock Unix milliseconds */
export function createRefusals(clock: () => number): Refusals {
  const refusals = new Map<string, Refusal>()
  return {
    note(error, identity, origin) {
      const { status } = error.kind
      // A site behind this gateway refused: its caller was let in here.
      if ((status !== 401 && status !== 403) || signInNeed.safeParse(error.info).success) return
      const who = identity === undefined ? (error instanceof NotAdmitted ? error.who : {}) : { ...identity }
      const name = [who.username, who.name].find((each) => each !== undefined && each !== '')
      const refused = { status, code: error.code, reason: error.message, ...(who.id !== undefined && { identity: who.id }), ...(name !== undefined && { name }), ...(origin !== undefined && { origin }) }
      const like = JSON.stringify(refused)
      const count = (refusals.get(like)?.count ?? 0) + 1
      refusals.delete(like)
      refusals.set(like, { ...refused, atMs: clock(), count })
      const [oldest] = refusals.keys()
      if (refusals.size > most && oldest !== undefined) refusals.delete(oldest)
    },
    list: () => [...refusals.values()].reverse(),
  }
}
