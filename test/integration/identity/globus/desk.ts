import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Agent } from 'undici'
import { createAccounts, type Accounts } from '@main/identity/globus/accounts'
import { createAskSite } from '@main/identity/globus/ask-site'
import { createAuthClient } from '@main/identity/globus/auth-client'
import type { SignInRequest } from '@main/identity/globus/sign-in-deps'
import { createSiteBook, loadSitePresets, type Sites } from '@main/identity/globus/sites'
import type { TokenRequest } from '@main/identity/globus/token-request'
import { createTokenStore } from '@main/identity/globus/token-store'
import { createLog } from '@main/core/log'
import { createMask } from '@main/core/mask'
import { createSecretStore, plainCipher } from '@main/storage/secret-store'
import { siteConfig } from '@shared/config/sites'
import type { Account } from '@shared/domain/account'
import { createBrowser, type Visitor } from '../../../doubles/globus/browse'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import { manualTimers, type ManualTimers } from '../../../unit/clusters/manual-timers'

export const ada: Visitor = { provider: 'Argonne National Laboratory', username: 'ada@anl.gov' }
export const grace: Visitor = { provider: 'University of Chicago', username: 'grace@uchicago.edu' }

const lab = siteConfig.parse({ title: 'The lab', clientId: ids.labClient, resourceServer: ids.labGateway, scope: ids.labScope, policies: [ids.labPolicy] })

/** One person's app, with the double of Globus beside it; its clock is the double's, unless a test sets it wrong. */
export interface Desk {
  readonly globus: Globus
  readonly home: string
  readonly timers: ManualTimers
  accounts: Accounts
  /** Minutes that this machine's clock is wrong by. */
  skewMin: number
  /** Tokens that the clusters of the configuration need. */
  wanted: readonly TokenRequest[]
  /** The same data directory, as after a start. */
  restart(): void
  /** Signs in through the pages of Globus, by the browser's way or a pasted code. */
  signIn(visitor: Visitor, request?: Partial<SignInRequest>): Promise<Account>
  /** Lines of the log. */
  log(): string
  secretsFile(): Promise<string>
  refreshes(): number
  close(): Promise<void>
}

export async function startDesk(): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'fd-desk-'))
  const globus = await startGlobus()
  const presets: Sites = await loadSitePresets(resolve('resources/sites'))
  const agent = new Agent()
  const timers = manualTimers()
  const mask = createMask()
  let lines = ''
  const log = createLog({ dir: home, mask, level: 'debug', stream: { write: (line: string) => (lines += line) } })
  const secretsPath = join(home, 'secrets.json')

  const start = (): Accounts =>
    createAccounts({
      store: createTokenStore({ secrets: createSecretStore({ path: secretsPath, cipher: plainCipher }), mask: (secret) => mask.register(secret) }),
      sites: createSiteBook(presets, () => ({ lab })),
      wanted: () => desk.wanted,
      auth: createAuthClient({ agent, authUrl: globus.url.auth, timeoutMs: 5_000 }),
      authUrl: globus.url.auth,
      now: () => globus.clock.nowMs() + desk.skewMin * 60_000,
      after: (ms, callback) => timers.after(ms, callback),
      mask: (secret) => mask.register(secret),
      logger: log.logger,
      askSite: createAskSite(agent),
      opensBrowser: false,
      wayBack: () => 'first-desktop://accounts',
      home,
    })

  const desk: Desk = {
    globus,
    home,
    timers,
    skewMin: 0,
    wanted: [],
    accounts: undefined as unknown as Accounts,
    restart() {
      desk.accounts.close()
      desk.accounts = start()
    },
    async signIn(visitor, { site = 'alcf', way = 'browser', ...rest } = {}) {
      const begun = await desk.accounts.signIns.begin({ site, way, ...rest })
      const answer = await createBrowser().authorize(begun.url, visitor)
      if (way === 'paste') return desk.accounts.signIns.paste(begun.id, answer.searchParams.get('code') ?? '')
      const [, account] = await Promise.all([fetch(answer), desk.accounts.signIns.wait(begun.id, new AbortController().signal)])
      return account
    },
    log: () => lines,
    secretsFile: () => readFile(secretsPath, 'utf8'),
    refreshes: () => globus.calls.count('auth', 'POST /v2/oauth2/token', ({ text }) => text.includes('grant_type=refresh_token')),
    async close() {
      desk.accounts.close()
      await agent.destroy()
      await globus.close()
      await log.close()
      await rm(home, { recursive: true, force: true })
    },
  }
  desk.accounts = start()
  return desk
}
