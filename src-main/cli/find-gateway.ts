import { FirstError } from '@shared/errors'
import { readLocalKey } from '../identity/local-key'
import { dataDirPaths } from '../storage/data-dir'
import { readOwner } from '../storage/owner-lock'

/** A gateway that runs on this machine, and the key that opens it. */
export interface FoundGateway {
  /** `http://127.0.0.1:3477` */
  readonly url: string
  readonly key: string
}

/**
 * Finds the gateway by what it left in its data directory.
 * @throws FirstError `upstream_unreachable` when none runs there.
 */
export async function findGateway(dataDir: string): Promise<FoundGateway> {
  const paths = dataDirPaths(dataDir)
  const url = readOwner(paths)?.url
  const key = await readLocalKey(paths.localKey)
  if (url === undefined || key === undefined) throw noGateway(dataDir)
  return { url, key }
}

/** It took the connection and says nothing: it is busy, or stopped. */
export function notAnswering(dataDir: string, cause?: unknown): FirstError {
  return new FirstError('request_timeout', `The FIRST Desktop on the data directory ${dataDir} does not answer.`, { cause, action: 'Try again; if it stays so, end it and start it anew with «first-desktop serve».' })
}

/** Also what a caller makes of a gateway that announced itself and does not answer: it was killed. */
export function noGateway(dataDir: string, cause?: unknown): FirstError {
  return new FirstError('upstream_unreachable', `No FIRST Desktop runs on the data directory ${dataDir}.`, { cause, action: 'Start it with «first-desktop serve», or name another folder with --data-dir.' })
}
