import type { Question } from '@renderer/db'
import { recordsState, type RecordsState } from '@shared/domain/records'
import { refusal, type Refusal } from '@shared/domain/refusal'
import { issuedKey, type IssuedKey } from '@shared/rpc/contract'
import { z } from 'zod'

/** The keys given to others. */
export const keysQuestion: Question<readonly IssuedKey[]> = {
  key: 'keys',
  schema: z.array(issuedKey),
  everyMs: 15_000,
  ask: (client) => client.keys.list(),
}

export const recordsStateQuestion: Question<RecordsState> = {
  key: 'records state',
  schema: recordsState,
  everyMs: 15_000,
  ask: (client) => client.records.state(),
}

/** Who was not let in, or not let through to a model. */
export const refusedQuestion: Question<readonly Refusal[]> = {
  key: 'refused',
  schema: z.array(refusal),
  everyMs: 15_000,
  ask: (client) => client.gateway.refused(),
}
