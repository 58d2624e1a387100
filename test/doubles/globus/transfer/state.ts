import { bearerToken } from '../auth/bearer'
import { dataAccessScope, transferScope, transferServer } from '../auth/own-scopes'
import { below, urnOf } from '../auth/scopes'
import type { AuthState } from '../auth/state'
import type { AccessToken } from '../auth/tokens'
import type { Clock } from '../clock'
import type { Call } from '../http/call'
import type { HostedCollection } from './collections'
import { transferError } from './errors'
import type { TransferTasks } from './tasks'

/** What Globus Transfer remembers. */
export interface TransferState {
  readonly auth: AuthState
  readonly clock: Clock
  readonly collections: ReadonlyMap<string, HostedCollection>
  readonly tasks: TransferTasks
  /** Ids of submissions that were given out, each with the task that it became. */
  readonly submissions: Map<string, string | undefined>
}

export function transferToken(call: Call, { auth }: TransferState): AccessToken {
  return bearerToken(
    call,
    {
      resourceServer: transferServer,
      scopes: [transferScope],
      unauthorized: () => transferError(call, 401, 'AuthenticationFailed', 'Token is not active, or is for another service'),
      forbidden: () => transferError(call, 403, 'AuthenticationFailed', 'The token lacks the scope of Transfer'),
    },
    auth,
  )
}

export function collectionOf(call: Call, id: string, { collections }: TransferState): HostedCollection {
  const collection = collections.get(id)
  if (collection === undefined) throw transferError(call, 404, 'EndpointNotFound', `No such endpoint '${id}'`)
  return collection
}

/** Throws 403 `ConsentRequired` where Transfer was not agreed to for this collection. */
export function checkDataAccess(call: Call, { id, needsDataAccess }: HostedCollection, { person, client, paths }: AccessToken, { auth }: TransferState): void {
  const path = paths.find((one) => urnOf(one) === transferScope)
  if (needsDataAccess !== true || (path !== undefined && auth.consents.has(person, client, below(path, dataAccessScope(id))))) return
  throw transferError(call, 403, 'ConsentRequired', 'Missing required data_access consent', { required_scopes: [`${transferScope}[*${dataAccessScope(id)}]`] })
}
