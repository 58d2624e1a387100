import { Agent, request } from 'undici'
import type { z } from 'zod'
import { audienceOf, type GlobusAccess } from '@shared/config/globus-access'
import { FirstError } from '@shared/errors'
import { scopeWithGroups } from './admission'
import { NotAdmitted } from './not-admitted'
import { authError, dependentTokens, introspection, myGroups, type Introspection } from './wire'

/** Where Globus is, without a slash at the end. */
export interface GlobusUrls {
  readonly auth: string
  readonly groups: string
}

/** By the variables of Globus' own programs, so that all of them meet the same service. */
export function globusUrls(env: Readonly<Record<string, string | undefined>>): GlobusUrls {
  const urlOf = (name: string, usual: string): string => (env[`GLOBUS_SDK_SERVICE_URL_${name}`] ?? usual).replace(/\/+$/, '')
  return { auth: urlOf('AUTH', 'https://auth.globus.org'), groups: urlOf('GROUPS', 'https://groups.api.globus.org') }
}

export interface GlobusClientDeps {
  readonly urls: GlobusUrls
  readonly rules: GlobusAccess
  /** Of the confidential client. @throws FirstError where it cannot be read */
  readonly secret: () => string
  readonly timeoutMs?: number
}

/** Asks Globus about tokens as the confidential client of this gateway. All throw FirstError `globus_unreachable` where it does not say, and NotAdmitted where it says no. */
export interface GlobusClient {
  introspect(token: string): Promise<Introspection>
  /** UUIDs of the groups that the holder of a token is an active member of. */
  groups(token: string): Promise<string[]>
  /** @param when `idle` lets come to their end what is asked now */
  close(when: 'now' | 'idle'): Promise<void>
}

const mostBytes = 2 ** 20
const retryAfterS = 5

interface Asked {
  readonly url: string
  readonly authorization: string
  readonly form?: Readonly<Record<string, string>>
  /** FIRST's words for a failure. */
  readonly failure: string
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

export function createGlobusClient({ urls, rules, secret, timeoutMs = 10_000 }: GlobusClientDeps): GlobusClient {
  const agent = new Agent({ connections: 16, connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })

  const ask = async ({ url, authorization, form, failure }: Asked): Promise<Answer> => {
    try {
      const { statusCode, body } = await request(url, {
        method: form === undefined ? 'GET' : 'POST',
        headers: { authorization, accept: 'application/json', ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }) },
        ...(form !== undefined && { body: new URLSearchParams(form).toString() }),
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (statusCode === 429 || statusCode >= 500 || (statusCode >= 300 && statusCode < 400)) {
        await body.dump()
        throw unreachable(failure, `it answered with ${statusCode}`)
      }
      return { status: statusCode, body: await readJson(body) }
    } catch (cause) {
      throw cause instanceof FirstError ? cause : unreachable(failure, 'it did not answer', cause)
    }
  }
  const basic = (failure: string): string => {
    try {
      return `Basic ${Buffer.from(`${rules.clientId}:${secret()}`).toString('base64')}`
    } catch (cause) {
      throw unreachable(failure, 'the credentials of this gateway cannot be read', cause)
    }
  }
  /** @throws FirstError `globus_unreachable` where the answer is none, or where it is this gateway that Globus does not know */
  const asClient = async (path: string, form: Readonly<Record<string, string>>, failure: string): Promise<Answer> => {
    const answer = await ask({ url: `${urls.auth}${path}`, authorization: basic(failure), form, failure })
    // Of a token that is not good any more it says so with the same status.
    if (answer.status === 401 && authError.safeParse(answer.body).data?.error !== 'invalid_grant') throw unreachable(failure, 'it refused the credentials of this gateway')
    return answer
  }

  return {
    async introspect(token) {
      const failure = 'Could not introspect token with Globus /v2/oauth2/token/introspect.'
      const policies = rules.policies.length > 0 && { authentication_policies: rules.policies.join(',') }
      const { status, body } = await asClient('/v2/oauth2/token/introspect', { token, include: 'session_info,identity_set_detail', ...policies }, failure)
      if (status !== 200) throw new NotAdmitted(`${failure} ${wordsOf(body)}`)
      return parsed(introspection, body, failure)
    },
    async groups(token) {
      const failure = 'Could not recover dependent access token for groups.api.globus.org.'
      const granted = await asClient('/v2/oauth2/token', { grant_type: 'urn:globus:auth:grant_type:dependent_token', token }, failure)
      const requirement = { code: 'ConsentRequired', required_scopes: [scopeWithGroups(rules)] } as const
      if (granted.status !== 200) throw new NotAdmitted(`${failure} ${wordsOf(granted.body)}`, { requirement })
      const ofGroups = parsed(dependentTokens, granted.body, failure).find(({ resource_server }) => resource_server === 'groups.api.globus.org')
      if (ofGroups === undefined) throw new NotAdmitted(`${failure} None was granted.`, { requirement })

      const lost = 'Error: Could not recover user group memberships.'
      const { status, body } = await ask({ url: `${urls.groups}/v2/groups/my_groups`, authorization: `Bearer ${ofGroups.access_token}`, failure: lost })
      if (status !== 200) throw new NotAdmitted(`${lost} ${wordsOf(body)}`, { requirement })
      return parsed(myGroups, body, lost).map(({ id }) => id)
    },
    close: (when) => (when === 'now' ? agent.destroy() : agent.close()),
  }

  function parsed<Value>(schema: z.ZodType<Value>, body: unknown, failure: string): Value {
    const result = schema.safeParse(body)
    if (result.success) return result.data
    throw unreachable(failure, `its answer for ${audienceOf(rules)} cannot be read`)
  }
}

/** What is not said by Globus is no verdict on the caller: it may come again. */
function unreachable(failure: string, why: string, cause?: unknown): FirstError {
  return new FirstError('globus_unreachable', `${failure} Globus could not be asked: ${why}.`, { retryAfterS, cause })
}

async function readJson(body: AsyncIterable<Buffer>): Promise<unknown> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > mostBytes) throw new Error('the answer is too long')
    pieces.push(piece)
  }
  return JSON.parse(Buffer.concat(pieces).toString('utf8'))
}

/** What Auth says is wrong, cut short: it is shown to the caller. */
function wordsOf(body: unknown): string {
  const { error, error_description, errors = [] } = authError.safeParse(body).data ?? {}
  const words = error_description ?? errors[0]?.detail ?? errors[0]?.title ?? error ?? 'Globus said no.'
  return words.slice(0, 300)
}
