import type { Dispatcher } from 'undici'
import { z } from 'zod'
import type { WhoAtSite } from '@shared/domain/account'
import { FirstError } from '@shared/errors'
import { reasonOfSite } from '@shared/globus/site-reason'
import type { SiteTokens } from './site-tokens'

/** Asks the gateway of a site who somebody is there. @throws FirstError `sign_in_needed`, `upstream_unreachable`, `upstream_garbled` */
export type AskSite = (asked: { readonly gatewayUrl: string; readonly tokens: SiteTokens }) => Promise<WhoAtSite>

/** `GET /whoami` (wire/first.md). */
const whoami = z.looseObject({ username: z.string(), name: z.string().nullish(), user_group_uuids: z.array(z.string()).nullish(), idp_name: z.string().nullish() })

const timeoutMs = 15_000

export function createAskSite(agent: Dispatcher): AskSite {
  const ask = async (gatewayUrl: string, token: string): Promise<{ readonly status: number; readonly body: string }> => {
    const { origin, host, pathname } = new URL(gatewayUrl)
    try {
      const { statusCode, body } = await agent.request({ origin, path: `${pathname.replace(/\/+$/, '')}/whoami`, method: 'GET', headers: { accept: 'application/json', authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(timeoutMs) })
      return { status: statusCode, body: await body.text() }
    } catch (cause) {
      throw new FirstError('upstream_unreachable', `The gateway of the site (${host}) cannot be reached.`, { cause })
    }
  }
  return async ({ gatewayUrl, tokens }) => {
    const attempt = async () => {
      const token = await tokens.token()
      const answer = await ask(gatewayUrl, token)
      const reason = reasonOfSite(answer, tokens.site.demands())
      return { answer, reason, isWorthAnother: reason !== undefined && tokens.refused(token, reason) }
    }
    const first = await attempt()
    const { answer, reason } = first.isWorthAnother ? await attempt() : first
    if (reason !== undefined) throw tokens.site.error(reason)
    if (answer.status === 200) tokens.accepted()
    const said = answer.status === 200 ? whoami.safeParse(parse(answer.body)).data : undefined
    if (said === undefined) throw new FirstError('upstream_garbled', `The gateway of the site did not say who this is (${answer.status}).`)
    return { username: said.username, name: said.name ?? '', groups: said.user_group_uuids ?? [], ...(said.idp_name != null && { provider: said.idp_name }) }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
