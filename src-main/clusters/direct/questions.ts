import type { Dispatcher } from 'undici'
import type { z } from 'zod'
import type { ServerProfile } from '@shared/config/clusters'
import { FirstError } from '@shared/errors'
import { ask, parseJson, type Server } from './ask'
import { headersFor } from './profiles'

/** Asks a server about itself, beside the list of its models. */
export interface Questions {
  /**
   * What is at a path of the server, from its root, in the shape expected; undefined where it is something else, or nothing.
   * @throws FirstError `upstream_unreachable` when there was no answer in time
   */
  read<Schema extends z.ZodType>(path: string, schema: Schema, body?: object): Promise<z.infer<Schema> | undefined>
  /** Status of the answer at a path. @throws FirstError as above */
  status(path: string): Promise<number>
}

/** What a server does not say in this time is not waited for, milliseconds. */
const patienceMs = 2_000

export function questionsTo(agent: Dispatcher, { baseUrl, key }: Server, profile: ServerProfile, signal: AbortSignal): Questions {
  const root = baseUrl.replace(/\/v\d+\w*$/, '')
  const get = (path: string, body?: object) => ask(agent, `${root}${path}`, { headers: headersFor(profile, key), signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]), ...(body !== undefined && { body }) })
  return {
    async read(path, schema, body) {
      const answer = await get(path, body)
      const parsed = answer.status === 200 ? schema.safeParse(parseJson(answer.body)) : undefined
      return parsed?.success === true ? parsed.data : undefined
    },
    status: async (path) => (await get(path)).status,
  }
}

/** For what is good to know and not needed: no answer is the same as none of use. */
export function orNothing<Value>(question: Promise<Value | undefined>): Promise<Value | undefined> {
  return question.catch((cause: unknown) => {
    if (cause instanceof FirstError) return undefined
    throw cause
  })
}
