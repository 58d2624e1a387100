import { homedir } from 'node:os'
import { FirstError } from '@shared/errors'
import { startAccounts } from '../core/accounts'
import { systemClock } from '../core/clock'
import { parseConfig, problemLines } from '../core/config/parse-config'
import { readConfig } from '../core/config/read-config'
import { createLog } from '../core/log'
import { createMask } from '../core/mask'
import { findAppFiles } from '../headless/app-files'
import { createTokenStore, type TokenStore } from '../identity/globus/token-store'
import { prepareDataDir, type DataDir } from '../storage/data-dir'
import { createSecretStore, plainCipher } from '../storage/secret-store'
import type { CliContext } from './context'
import { withCore, type CoreClient } from './rpc-client'
import { takeDataDir } from './take-data-dir'

/** What commands do with accounts: through the gateway that runs, or on its data directory where none does. */
export type AccountsDoor = Pick<CoreClient['accounts'], 'state' | 'signIn' | 'wait' | 'paste' | 'cancel' | 'signOut' | 'token' | 'findTokens' | 'importTokens'>

/**
 * Whoever holds the data directory renews its tokens, so that two never use one refresh token: the gateway, or this command while it runs.
 * @throws FirstError what the work threw; `data_dir_in_use`; `secret_unreadable` for tokens that the desktop app keeps in its keychain, while it does not run
 */
export async function withAccounts<Result>(dataDir: string, context: CliContext, work: (accounts: AccountsDoor) => Promise<Result>): Promise<Result> {
  const dir = await prepareDataDir(dataDir)
  const lock = await takeDataDir(dir, context.signal)
  if (lock === undefined) return withCore({ dataDir, signal: context.signal }, ({ accounts }) => work(accounts))
  try {
    return await onDataDir(dir, context, (mask) => openTokenStore(dir, mask), work)
  } finally {
    lock.release()
  }
}

/** As `withAccounts`, for a sign-in: others use the data directory while a person is waited for, who is told at the end where tokens are not in a keychain. */
export async function withSignIn<Result>(dataDir: string, context: CliContext, work: (accounts: AccountsDoor) => Promise<Result>): Promise<Result> {
  const dir = await prepareDataDir(dataDir)
  const lock = await takeDataDir(dir, context.signal)
  const tell = (notice: string): void => context.err(`${notice}\n`)
  if (lock === undefined)
    return withCore({ dataDir, signal: context.signal }, async ({ accounts, session }) => {
      const result = await work(accounts)
      const { secretsNotice } = await session.open()
      if (secretsNotice !== undefined) tell(secretsNotice)
      return result
    })
  lock.release()
  const result = await onDataDir(dir, context, (mask) => shareTokenStore(dir, mask, context.signal), work)
  tell(`The tokens are kept unencrypted in ${dir.secrets}, which only your user may read; the app moves them to the keychain, where there is one.`)
  return result
}

type HideSecret = (secret: string) => void

const openTokenStore = (dir: DataDir, mask: HideSecret): TokenStore => createTokenStore({ secrets: createSecretStore({ path: dir.secrets, cipher: plainCipher }), mask })

/** Read anew each time, and written while nobody else has the data directory. */
function shareTokenStore(dir: DataDir, mask: HideSecret, signal: AbortSignal): TokenStore {
  const read = (): TokenStore => openTokenStore(dir, mask)
  const write = async (change: (store: TokenStore) => Promise<void>): Promise<void> => {
    const lock = await takeDataDir(dir, signal)
    if (lock === undefined) throw new FirstError('data_dir_in_use', 'FIRST Desktop was started meanwhile, and nobody else may change its accounts.', { action: 'Sign in again: it takes part now.' })
    try {
      await change(read())
    } finally {
      lock.release()
    }
  }
  return {
    accounts: () => read().accounts(),
    account: (id) => read().account(id),
    record: (account, resourceServer) => read().record(account, resourceServer),
    records: (account) => read().records(account),
    putAccount: (account, records) => write((store) => store.putAccount(account, records)),
    putRecord: (account, record) => write((store) => store.putRecord(account, record)),
    remove: (account) => write((store) => store.remove(account)),
  }
}

async function onDataDir<Result>(dir: DataDir, { env, signal }: CliContext, open: (mask: HideSecret) => TokenStore, work: (accounts: AccountsDoor) => Promise<Result>): Promise<Result> {
  const path = env['FIRST_DESKTOP_CONFIG'] ?? dir.config
  const { config, problems } = parseConfig(await readConfig(path, false))
  if (config === undefined) throw new FirstError('config_invalid', problemLines(path, problems))
  const mask = createMask()
  const hide: HideSecret = (secret) => mask.register(secret)
  const log = createLog({ dir: dir.logs, mask, level: config.log.level })
  const accounts = await startAccounts({
    store: open(hide),
    config: { current: () => config },
    resourcesDir: findAppFiles().resourcesDir,
    env,
    home: env['HOME'] ?? homedir(),
    mask: hide,
    refresh: () => Promise.resolve(),
    clock: systemClock,
    logger: log.logger,
  })
  const { signIns } = accounts
  const given = <Output>(output: Output): Promise<Output> => Promise.resolve(output)
  try {
    return await work({
      state: () => given(accounts.state()),
      signIn: (input) => signIns.begin(input),
      wait: ({ id }) => signIns.wait(id, signal),
      paste: ({ id, code }) => signIns.paste(id, code),
      cancel({ id }) {
        signIns.cancel(id)
        return given({})
      },
      signOut: async ({ account }) => ({ left: await accounts.signOut(account), logoutUrl: accounts.logoutUrl }),
      token: (input) => accounts.token(input),
      findTokens: () => accounts.findTokens(),
      importTokens: ({ id }) => accounts.importTokens(id),
    })
  } finally {
    await accounts.close()
    await log.close()
  }
}

/** The site that is meant: the only one there is, where none is named. */
export async function siteOf(accounts: Pick<AccountsDoor, 'state'>, named: string | undefined) {
  const { sites } = await accounts.state()
  const found = named === undefined && sites.length === 1 ? sites[0] : sites.find(({ name }) => name === named)
  if (found !== undefined) return found
  const names = sites.map(({ name }) => name).join(', ')
  throw new FirstError('not_found', named === undefined ? `There are several sites: ${names}.` : `There is no site named ${named}.`, { action: `Name one of ${names}, or describe yours under sites in config.yaml.` })
}
