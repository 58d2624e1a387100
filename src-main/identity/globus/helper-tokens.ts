import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { FoundTokens } from '@shared/domain/account'
import { FirstError } from '@shared/errors'
import { isErrno } from '../../storage/atomic-file'
import type { AuthClient, Person } from './auth-client'
import { authServer, joinScopes } from './scopes'
import type { SignInDeps } from './sign-in-deps'
import type { TokenRecord } from './token-store'

export interface HelperTokensDeps extends Pick<SignInDeps, 'store' | 'sites' | 'now' | 'logger'> {
  readonly auth: AuthClient
  readonly home: string
  readonly onImported: (site: string, account: string) => void
}

/** One token in a file of globus-sdk-python's `JSONTokenStorage`. */
const kept = z.looseObject({
  resource_server: z.string(),
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  scope: z.union([z.string(), z.array(z.string()).transform((scopes) => scopes.join(' '))]),
  expires_at_seconds: z.number(),
  identity_id: z.string().nullish(),
})
/** Version 2 has accounts by name, version 1 has none. */
const file = z.union([
  z.looseObject({ data: z.record(z.string(), z.record(z.string(), kept)) }).transform(({ data }) => Object.values(data).map((tokens) => Object.values(tokens))),
  z.looseObject({ by_rs: z.record(z.string(), kept) }).transform(({ by_rs: tokens }) => [Object.values(tokens)]),
])

interface Found {
  readonly shown: FoundTokens
  readonly tokens: readonly z.infer<typeof kept>[]
}

/** Tokens that a site's own program left on this machine (`~/.globus/app/<client>/<app>/tokens.json`): read when somebody asks, and never written. */
export function createHelperTokens({ store, sites, auth, home, now, logger, onImported }: HelperTokensDeps) {
  const search = async (): Promise<Found[]> => {
    const found: Found[] = []
    for (const [site, { clientId, resourceServer }] of Object.entries(sites.all()))
      for (const path of await filesOf(join(home, '.globus', 'app', clientId)))
        for (const tokens of await read(path, (cause) => logger.warn({ cause, path }, 'a file of tokens could not be read'))) {
          const main = tokens.find((token) => token.resource_server === resourceServer)
          if (main === undefined) continue
          const sub = tokens.flatMap(({ identity_id: id }) => id ?? [])[0]
          const id = createHash('sha256').update(`${site} ${path} ${sub ?? ''}`).digest('hex').slice(0, 16)
          found.push({ tokens, shown: { id, site, path, expiresAtMs: main.expires_at_seconds * 1000, isRenewed: main.refresh_token != null, ...(sub !== undefined && { sub }) } })
        }
    return found
  }

  const whoIs = async ({ tokens, shown: { sub } }: Found): Promise<Person> => {
    const token = tokens.find(({ resource_server: server }) => server === authServer)
    try {
      if (token !== undefined) return await auth.userinfo(token.access_token)
    } catch (cause) {
      // An old token says nothing, while one that renews may stand beside it.
      logger.warn({ cause: cause instanceof Error ? cause.message : 'unknown' }, 'whose tokens these are could not be asked')
    }
    if (sub !== undefined) return { sub, username: '', name: '' }
    throw new FirstError('sign_in_failed', 'Whose tokens these are cannot be told.')
  }

  return {
    find: async (): Promise<FoundTokens[]> => (await search()).map(({ shown }) => shown),
    /** @returns id of the account */
    async take(id: string): Promise<string> {
      const found = (await search()).find(({ shown }) => shown.id === id)
      if (found === undefined) throw new FirstError('not_found', 'These tokens are not there any more.', { action: 'Sign in instead.' })
      const person = await whoIs(found)
      const { site } = found.shown
      const account = `${site}/${person.sub}`
      if (store.account(account) !== undefined) throw new FirstError('invalid_request', `${person.username || person.sub} is signed in already.`)
      const records = found.tokens.map((token): TokenRecord => ({ resourceServer: token.resource_server, accessToken: token.access_token, scopes: token.scope.split(' '), expiresAtMs: token.expires_at_seconds * 1000, ...(token.refresh_token != null && { refreshToken: token.refresh_token }) }))
      await store.putAccount(
        {
          id: account,
          site,
          clientId: sites.get(site).clientId,
          ...person,
          signedInAtMs: now(),
          isUsed: !store.accounts().some((one) => one.site === site && one.isUsed),
          isBorrowed: true,
          scopes: joinScopes(...records.map(({ scopes }) => scopes)),
          problems: {},
          resourceServers: records.map(({ resourceServer }) => resourceServer),
        },
        records,
      )
      onImported(site, account)
      return account
    },
  }
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name, 'tokens.json'))
  } catch (cause) {
    if (isErrno(cause, 'ENOENT', 'ENOTDIR', 'EACCES')) return []
    throw cause
  }
}

async function read(path: string, onProblem: (cause: unknown) => void): Promise<z.infer<typeof file>> {
  try {
    return file.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    if (!isErrno(cause, 'ENOENT')) onProblem(cause instanceof z.ZodError || cause instanceof SyntaxError ? 'it is no file of tokens' : cause)
    return []
  }
}
