import { FirstError } from '@shared/errors'
import type { AddedServer, ServerFinding } from '@shared/rpc/contract'
import type { ServerCheck } from '../../clusters/registry'
import { addServer, removeServer, setServerKey, type ServerEntry } from '../../core/config/edits'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

/** Long enough for a server far away, short enough for somebody who waits. */
const checkTimeoutMs = 15_000

export function serverHandlers(os: RpcImplementer, deps: RouterDeps) {
  const { accounts, config, secrets, directory } = deps
  return {
    check: os.servers.check.handler(async ({ input: { url, apiKey: given, site }, signal }) => {
      const apiKey = site === undefined ? given : (await accounts.token({ site })).accessToken
      const limits = [AbortSignal.timeout(checkTimeoutMs), ...(signal === undefined ? [] : [signal])]
      const found = await deps.checkServer({ url, ...(apiKey !== undefined && { apiKey }) }, AbortSignal.any(limits))
      return toFinding(found)
    }),
    add: os.servers.add.handler(async ({ input }) => {
      const { name, site, kind } = input
      if (site !== undefined && kind !== 'first') throw new FirstError('invalid_request', 'Only another FIRST gateway takes the sign-in of a site.', { param: 'site' })
      const apiKey = site === undefined ? input.apiKey : undefined
      if (config.current().clusters.some((cluster) => cluster.name === name)) throw new FirstError('invalid_request', `There is a cluster named ${name} already.`, { param: 'name' })
      const secret = secretName(name)
      // The key is kept first: a cluster that is in force without it would be asked and refused.
      if (apiKey !== undefined) await secrets.set(secret, apiKey)
      try {
        await config.edit((document) => addServer(document, toEntry(input, apiKey === undefined ? undefined : reference(secret))))
      } catch (cause) {
        if (apiKey !== undefined && !config.current().clusters.some((cluster) => cluster.name === name)) await secrets.remove(secret)
        throw cause
      }
      const snapshot = (await directory.refresh(name)).find((candidate) => candidate.name === name)
      if (snapshot === undefined) throw new FirstError('cluster_not_found', `The server ${name} was added, but another change took it out again.`)
      return snapshot
    }),
    remove: os.servers.remove.handler(async ({ input: { name } }) => {
      await config.edit((document) => removeServer(document, name))
      await secrets.remove(secretName(name))
      return {}
    }),
    setKey: os.servers.setKey.handler(async ({ input: { name, apiKey } }) => {
      if (!config.current().clusters.some((cluster) => cluster.name === name && cluster.kind !== 'local')) throw new FirstError('cluster_not_found', `There is no server named ${name}.`, { param: 'name' })
      await secrets.set(secretName(name), apiKey)
      await config.edit((document) => setServerKey(document, name, reference(secretName(name))))
      await deps.applyConfig()
      await directory.refresh(name)
      return {}
    }),
  }
}

function toFinding({ models, found, clusters, ...rest }: ServerCheck): ServerFinding {
  return { ...rest, models: [...models], found: [...found], ...(clusters !== undefined && { clusters: [...clusters] }) }
}

function toEntry({ name, url, kind, site, models, profile, clusters }: AddedServer, secret: string | undefined): ServerEntry {
  if (kind === 'first') return { name, kind, url, ...(secret !== undefined && { token: secret }), ...(site !== undefined && { site }), ...(clusters !== undefined && { clusters }) }
  // A kind that could not be told now may be told another time.
  const isTold = profile !== undefined && profile !== 'other'
  return { name, url, ...(secret !== undefined && { apiKey: secret }), ...(isTold && { profile }), ...(models !== undefined && { models }) }
}

function secretName(cluster: string): string {
  return `server.${cluster}`
}

function reference(secret: string): string {
  return `\${secret:${secret}}`
}
