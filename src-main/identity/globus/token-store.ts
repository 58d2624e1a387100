import { z } from 'zod'
import { siteName } from '@shared/config/sites'
import { authReason } from '@shared/globus/auth-reason'
import type { SecretStore } from '../../storage/secret-store'

/** The token of one account for one resource server. */
const tokenRecord = z.object({
  resourceServer: z.string(),
  accessToken: z.string(),
  /** Absent: Globus takes it no more, or never gave one. */
  refreshToken: z.string().exactOptional(),
  scopes: z.array(z.string()),
  /** Unix milliseconds. */
  expiresAtMs: z.number(),
})
export type TokenRecord = z.infer<typeof tokenRecord>

const storedAccount = z.object({
  id: z.string(),
  site: siteName,
  /** Whose tokens these are: it renews and revokes them, whatever the site's configuration says by then. */
  clientId: z.string(),
  sub: z.string(),
  username: z.string(),
  name: z.string(),
  provider: z.string().exactOptional(),
  signedInAtMs: z.number(),
  isUsed: z.boolean(),
  isBorrowed: z.boolean(),
  /** Every scope that was asked for: the next sign-in asks for all of them, so that none keeps an older session. */
  scopes: z.array(z.string()),
  resourceServers: z.array(z.string()),
  /** Why it is of no use until the next sign-in, by who says so (`problems.ts`). */
  problems: z.record(z.string(), authReason).default({}),
})
export type StoredAccount = z.infer<typeof storedAccount>

/** Accounts and their tokens, in the store of secrets: the keychain, or a file of mode 0600. */
export interface TokenStore {
  accounts(): readonly StoredAccount[]
  account(id: string): StoredAccount | undefined
  record(account: string, resourceServer: string): TokenRecord | undefined
  records(account: string): readonly TokenRecord[]
  putAccount(account: StoredAccount, records?: readonly TokenRecord[]): Promise<void>
  /** Not kept where the account has gone meanwhile. */
  putRecord(account: string, record: TokenRecord): Promise<void>
  remove(account: string): Promise<void>
}

/** No reference of config.yaml can name these: `/` stands in none (src-shared/config/clusters.ts). */
const indexName = 'globus/accounts'
const recordName = (account: string, resourceServer: string): string => `globus/${account}/${resourceServer}`

/** @param mask keeps what is read and written out of the log. @throws (each method) FirstError `secret_unreadable` */
export function createTokenStore({ secrets, mask }: { secrets: SecretStore; mask: (secret: string) => void }): TokenStore {
  // Read when first asked for: a keychain that cannot be opened hinders what needs it, not the start.
  let index: StoredAccount[] | undefined
  const records = new Map<string, TokenRecord>()

  const all = (): StoredAccount[] => (index ??= secrets.has(indexName) ? z.array(storedAccount).parse(JSON.parse(secrets.get(indexName))) : [])
  const keep = async (next: StoredAccount[]): Promise<void> => {
    index = next
    await secrets.set(indexName, JSON.stringify(next))
  }
  const hide = (record: TokenRecord): TokenRecord => {
    mask(record.accessToken)
    if (record.refreshToken !== undefined) mask(record.refreshToken)
    return record
  }
  const write = async (account: string, record: TokenRecord): Promise<void> => {
    const name = recordName(account, record.resourceServer)
    records.set(name, hide(record))
    await secrets.set(name, JSON.stringify(record))
  }
  const find = (id: string): StoredAccount | undefined => all().find((one) => one.id === id)
  const record = (account: string, resourceServer: string): TokenRecord | undefined => {
    const name = recordName(account, resourceServer)
    const known = records.get(name)
    if (known !== undefined || !secrets.has(name)) return known
    const read = hide(tokenRecord.parse(JSON.parse(secrets.get(name))))
    records.set(name, read)
    return read
  }

  return {
    accounts: all,
    account: find,
    record,
    records: (account) => (find(account)?.resourceServers ?? []).flatMap((server) => record(account, server) ?? []),
    async putAccount(account, fresh = []) {
      // Tokens first: an account that is listed has what it needs.
      for (const one of fresh) await write(account.id, one)
      await keep([...all().filter(({ id }) => id !== account.id), account])
    },
    async putRecord(account, changed) {
      if (find(account)?.resourceServers.includes(changed.resourceServer) === true) await write(account, changed)
    },
    async remove(account) {
      const servers = find(account)?.resourceServers ?? []
      await keep(all().filter(({ id }) => id !== account))
      for (const server of servers) {
        records.delete(recordName(account, server))
        await secrets.remove(recordName(account, server))
      }
    },
  }
}
