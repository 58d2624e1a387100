import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { startFirstSite, type FirstSite, type FirstSiteOptions } from '../../../doubles/first-site/first-site'
import type { Globus } from '../../../doubles/globus/globus'
import { listenOnLoopback } from '../../../doubles/scripted/http-double'
import { ids } from '../../../doubles/globus/usual-world'

/** A FIRST site that takes tokens of the Globus double, with FIRST's checks and texts (wire/globus.md, section 2). */
export interface GuardedSite {
  /** With `/resource_server` at its end. */
  readonly url: string
  readonly site: FirstSite
  /** Inference requests that were refused. */
  readonly refusals: readonly string[]
  /** A sign-in may be so old, in seconds. */
  setPolicy(maxAgeS: number): void
  close(): Promise<void>
}

const inner = 'token-behind-the-door'

export async function startGuardedSite(globus: Globus, options: FirstSiteOptions): Promise<GuardedSite> {
  const site = await startFirstSite({ ...options, tokens: [inner] })
  const refusals: string[] = []
  let maxAgeS = 7 * 86_400

  const refusalOf = (bearer: string): string | undefined => {
    const token = globus.auth.tokens.access(bearer)
    if (token?.resourceServer !== ids.gateway) return 'Token introspection: Token is either not active or invalid.'
    const latestS = Math.max(...[...token.session.authentications.values()].map(({ authTimeS }) => authTimeS))
    return globus.clock.nowS() - latestS > maxAgeS ? 'Permission denied from internal policies.' : undefined
  }
  const pass = async (body: string, { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>, response: ServerResponse): Promise<void> => {
    const onward: ClientRequest = request({ host: '127.0.0.1', port: site.port, method, path: url, headers: { ...headers, ...(headers.authorization !== undefined && { authorization: `Bearer ${inner}` }) } })
    onward.end(body)
    const [answer] = (await once(onward, 'response')) as [IncomingMessage]
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  }

  const door = await listenOnLoopback(async (asked, response) => {
    const bearer = /^Bearer (\S+)$/.exec(asked.headers.authorization ?? '')?.[1]
    const refusal = bearer === undefined ? undefined : refusalOf(bearer)
    if (refusal === undefined) return pass(asked.body, { method: asked.method, url: asked.path, headers: asked.headers }, response)
    if (asked.method === 'POST') refusals.push(refusal)
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code: 'unauthorized', message: refusal, info: {} } }))
  })

  return {
    url: `http://127.0.0.1:${door.port}/resource_server`,
    site,
    refusals,
    setPolicy: (seconds) => void (maxAgeS = seconds),
    async close() {
      await door.close()
      await site.close()
    },
  }
}
