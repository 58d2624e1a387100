import { homedir } from 'node:os'
import { FirstError } from '@shared/errors'
import { startAccounts } from '../core/accounts'
import { systemClock } from '../core/clock'
import { parseConfig, problemLines } from '../core/config/parse-config'
import { readConfig } from '../core/config/read-config'
import { createLog } from '../core/log'
import { createMask } from '../core/mask'
import { findAppFiles } from '../headless/app-files'
import { prepareDataDir, type DataDir } from '../storage/data-dir'
import { takeOwnerLock, type OwnerLock } from '../storage/owner-lock'
import { createSecretStore, plainCipher } from '../storage/secret-store'
import type { CliContext } from './context'
import { withCore, type CoreClient } from './rpc-client'

/** What commands do with accounts: through the gateway that runs, or on its data directory where none does. */
export type AccountsDoor = Pick<CoreClient['accounts'], 'state' | 'signIn' | 'wait' | 'paste' | 'cancel' | 'signOut' | 'token' | 'findTokens' | 'importTokens'>

/**
 * Whoever holds the data directory renews its tokens, so that two never use one refresh token: the gateway, or this command while it runs.
 * @throws FirstError what the work threw; `secret_unreadable` for tokens that the desktop app keeps in its keychain, while it does not run
 */
export async function withAccounts<Result>(dataDir: string, context: CliContext, work: (accounts: AccountsDoor) => Promise<Result>): Promise<Result> {
  const dir = await prepareDataDir(dataDir)
  const lock = tryLock(dir)
  if (lock === undefined) return withCore({ dataDir, signal: context.signal }, ({ accounts }) => work(accounts))
  try {
    return await onDataDir(dir, context, work)
  } finally {
    lock.release()
  }
}

function tryLock(dir: DataDir): OwnerLock | undefined {
  try {
    return takeOwnerLock(dir)
  } catch (cause) {
    if (cause instanceof FirstError && cause.code === 'data_dir_in_use') return undefined
    throw cause
  }
}

async function onDataDir<Result>(dir: DataDir, { env, signal }: CliContext, work: (accounts: AccountsDoor) => Promise<Result>): Promise<Result> {
  const path = env['FIRST_DESKTOP_CONFIG'] ?? dir.config
  const { config, problems } = parseConfig(await readConfig(path, false))
  if (config === undefined) throw new FirstError('config_invalid', problemLines(path, problems))
  const mask = createMask()
  const log = createLog({ dir: dir.logs, mask, level: config.log.level })
  const accounts = await startAccounts({
    secrets: createSecretStore({ path: dir.secrets, cipher: plainCipher }),
    config: { current: () => config },
    resourcesDir: findAppFiles().resourcesDir,
    env,
    home: env['HOME'] ?? homedir(),
    mask: (secret) => mask.register(secret),
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
