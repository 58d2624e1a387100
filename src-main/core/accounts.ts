import { join } from 'node:path'
import { Agent } from 'undici'
import type { Config } from '@shared/config/schema'
import { computeService } from '@shared/globus/services'
import { createAccounts, type Accounts } from '../identity/globus/accounts'
import { createAskSite } from '../identity/globus/ask-site'
import { createAuthClient } from '../identity/globus/auth-client'
import { serviceUrls } from '../identity/globus/service-urls'
import { createSiteBook, loadSitePresets } from '../identity/globus/sites'
import type { TokenRequest } from '../identity/globus/token-request'
import type { TokenStore } from '../identity/globus/token-store'
import type { Clock } from './clock'
import type { Logger } from './logger'
import type { ShellPort } from './ports'

export interface StartAccountsDeps {
  readonly store: TokenStore
  readonly config: { current(): Config }
  readonly resourcesDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The person's home folder. */
  readonly home: string
  readonly shell?: ShellPort | undefined
  readonly mask: (secret: string) => void
  /** Asks a cluster again, after a sign-in to its site. */
  readonly refresh: (cluster: string) => Promise<unknown>
  readonly clock: Clock
  readonly logger: Logger
}

/** `close` ends what is under way and its connections. */
export type RunningAccounts = Omit<Accounts, 'close'> & { close(): Promise<void> }

const connectTimeoutMs = 10_000

/** Who is signed in where. @throws FirstError `config_invalid` for a damaged preset or an unsafe address in the environment */
export async function startAccounts({ store, config, resourcesDir, env, home, shell, mask, refresh, clock, logger }: StartAccountsDeps): Promise<RunningAccounts> {
  const authUrl = serviceUrls(env).auth
  const sites = createSiteBook(await loadSitePresets(join(resourcesDir, 'sites')), () => config.current().sites)
  const agent = new Agent({ connect: { timeout: connectTimeoutMs } })
  const accounts = createAccounts({
    store,
    sites,
    wanted: () => tokensOfClusters(config.current()),
    auth: createAuthClient({ agent, authUrl }),
    authUrl,
    now: () => clock.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms).unref()
      return () => clearTimeout(timer)
    },
    mask,
    logger,
    askSite: createAskSite(agent),
    opensBrowser: shell?.openExternal !== undefined,
    wayBack: () => shell?.link('accounts'),
    home,
  })
  accounts.onSignedIn((site) => {
    for (const cluster of config.current().clusters)
      if ((cluster.kind === 'first' || cluster.kind === 'globus-compute') && cluster.site === site) refresh(cluster.name).catch((cause: unknown) => logger.warn({ cause, cluster: cluster.name }, 'a cluster could not be asked after a sign-in'))
  })
  return {
    ...accounts,
    async close() {
      accounts.close()
      await agent.destroy()
    },
  }
}

function tokensOfClusters({ clusters }: Config): TokenRequest[] {
  return clusters.flatMap((cluster) => {
    if ((cluster.kind !== 'first' && cluster.kind !== 'globus-compute') || cluster.site === undefined) return []
    const { site, account } = cluster
    return [{ site, ...(account !== undefined && { account }), ...(cluster.kind === 'globus-compute' && computeService) }]
  })
}
