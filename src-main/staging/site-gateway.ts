import type { Dispatcher } from 'undici'
import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import { errorOfSite } from '@shared/first/site-errors'
import type { SiteTokens } from '../identity/globus/site-tokens'
import { askJson, type Asked, type Door } from './ask'

export interface SiteGatewayDeps {
  readonly agent: Dispatcher
  readonly tokens: SiteTokens
  /** Ours, for errors. */
  readonly cluster: string
  /** Of the site's gateway, no slash at its end. */
  readonly baseUrl: string
}

/** A FIRST gateway as far as batches and their files need it (wire/first.md). */
export interface SiteGateway {
  /** @throws FirstError `upstream_garbled` for an answer that is not of the schema, and as `ask` */
  send<Answer>(asked: Pick<Asked, 'method' | 'signal'> & { readonly path: string; readonly json?: object; readonly model?: string }, schema: z.ZodType<Answer>): Promise<Answer>
}

export function createSiteGateway({ agent, tokens, cluster, baseUrl }: SiteGatewayDeps): SiteGateway {
  const who = `The gateway of the cluster "${cluster}"`
  const doorFor = (model: string): Door => ({
    agent,
    tokens,
    who,
    readError: (answer) => errorOfSite(answer, { cluster, model })?.error ?? new FirstError(answer.status >= 500 ? 'upstream_error' : 'invalid_request', `${who} answered with status ${answer.status}.`),
  })
  return {
    async send({ method, path, json, model = '', signal }, schema) {
      const said = await askJson(doorFor(model), { method, url: `${baseUrl}${path}`, signal, ...(json !== undefined && { body: () => JSON.stringify(json) }) })
      const { data } = schema.safeParse(said)
      if (data === undefined) throw new FirstError('upstream_garbled', `${who} did not answer ${path} as a FIRST gateway does.`)
      return data
    },
  }
}
