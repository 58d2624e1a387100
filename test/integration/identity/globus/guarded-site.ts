import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { startFirstSite, type FirstSite, type FirstSiteOptions } from '../../../doubles/first-site/first-site'
import type { Globus } from '../../../doubles/globus/globus'
import { json, listenOnLoopback } from '../../../doubles/scripted/http-double'
import { ids } from '../../../doubles/globus/usual-world'
import { domainOf } from '../../../doubles/globus/world'

/** A FIRST site that takes tokens of the Globus double, with FIRST's checks and texts (wire/globus.md, section 2). */
export interface GuardedSite {
  /** With `/resource_server` at its end. */
  readonly url: string
  readonly site: FirstSite
  /** Inference requests that were refused. */
  readonly refusals: readonly string[]
  /** Every token that was ever sent here. */
  readonly bearers: ReadonlySet<string>
  /** A sign-in may be so old, in seconds. */
  setPolicy(maxAgeS: number): void
  /** Only who agreed to this scope is served from now on. */
  needConsent(scope: string): void
  close(): Promise<void>
}

export interface GuardedSiteOptions extends FirstSiteOptions {
  /** Whose tokens it takes; default ALCF's gateway. */
  readonly resourceServer?: string
  /** One must have signed in with a username of these; default any. */
  readonly domains?: readonly string[]
}

interface Refusal {
  readonly message: string
  /** What stands beside FIRST's error. */
  readonly gare?: object
}

const inner = 'token-behind-the-door'

export async function startGuardedSite(globus: Globus, { resourceServer = ids.gateway, domains, ...options }: GuardedSiteOptions): Promise<GuardedSite> {
  const site = await startFirstSite({ ...options, tokens: [inner] })
  const refusals: string[] = []
  const bearers = new Set<string>()
  let maxAgeS = 7 * 86_400
  let consent: string | undefined

  const refusalOf = (bearer: string): Refusal | undefined => {
    bearers.add(bearer)
    const token = globus.auth.tokens.access(bearer)
    if (token?.resourceServer !== resourceServer) return { message: 'Token introspection: Token is either not active or invalid.' }
    const { person, client, session } = token
    const signedIn = person.identities.filter(({ id }) => session.authentications.has(id)).map(({ username }) => username)
    if (domains !== undefined && !signedIn.some((username) => domains.includes(domainOf(username)))) return { message: `Error: Permission denied. Must authenticate with ${domains.join(', ')}. Currently authenticated as ${signedIn.join(', ')}.` }
    const latestS = Math.max(...[...session.authentications.values()].map(({ authTimeS }) => authTimeS))
    if (globus.clock.nowS() - latestS > maxAgeS) return { message: 'Permission denied from internal policies.' }
    if (consent === undefined || globus.auth.consents.has(person, client, consent)) return undefined
    return { message: 'Consent is needed.', gare: { code: 'ConsentRequired', authorization_parameters: { required_scopes: [consent] } } }
  }
  const pass = async (body: string, { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>, response: ServerResponse): Promise<void> => {
    const onward: ClientRequest = request({ host: '127.0.0.1', port: site.port, method, path: url, headers: { ...headers, ...(headers.authorization !== undefined && { authorization: `Bearer ${inner}` }) } })
    onward.end(body)
    const [answer] = (await once(onward, 'response')) as [IncomingMessage]
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  }

  const whoami = (bearer: string): object => {
    const { identities } = globus.auth.tokens.access(bearer)?.person ?? { identities: [] }
    const groups = globus.auth.world().groups.filter(({ members }) => members.some(({ identity, status }) => status === 'active' && identities.some(({ id }) => id === identity)))
    return { id: identities[0]?.id, name: identities[0]?.name, username: identities[0]?.username, user_group_uuids: groups.map(({ id }) => id), auth_service: 'globus' }
  }

  const door = await listenOnLoopback(async (asked, response) => {
    const bearer = /^Bearer (\S+)$/.exec(asked.headers.authorization ?? '')?.[1]
    const refusal = bearer === undefined ? undefined : refusalOf(bearer)
    if (refusal === undefined && bearer !== undefined && asked.path.endsWith('/whoami')) {
      json(response, 200, whoami(bearer))
      return
    }
    if (refusal === undefined) return pass(asked.body, { method: asked.method, url: asked.path, headers: asked.headers }, response)
    if (asked.method === 'POST') refusals.push(refusal.message)
    json(response, 401, { error: { code: 'unauthorized', message: refusal.message, info: {} }, ...refusal.gare })
  })

  return {
    url: `http://127.0.0.1:${door.port}/resource_server`,
    site,
    refusals,
    bearers,
    needConsent: (scope) => void (consent = scope),
    setPolicy: (seconds) => void (maxAgeS = seconds),
    async close() {
      await door.close()
      await site.close()
    },
  }
}
