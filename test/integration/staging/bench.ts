import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent } from 'undici'
import type { SiteTokens } from '@main/identity/globus/site-tokens'
import type { Door } from '@main/staging/ask'
import { readGlobusError } from '@main/staging/globus-error'
import { createHttpsWay } from '@main/staging/https-way'
import { createJournal } from '@main/staging/journal'
import { createPersist } from '@main/staging/persist'
import type { Step } from '@main/staging/step'
import { createTransferApi } from '@main/staging/transfer-api'
import { createTransferWay } from '@main/staging/transfer-way'
import type { Way } from '@main/staging/way'
import type { SignInNeed } from '@shared/globus/sign-in-need'
import { errorOfReason } from '@shared/globus/reason-error'
import { dataAccessScope, httpsScope, transferScope } from '../../doubles/globus/auth/own-scopes'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { siteIds, usualSite } from '../../doubles/globus/usual-site'
import { ids } from '../../doubles/globus/usual-world'

/** A step whose words are kept. */
export interface SeenStep extends Step {
  readonly said: string[]
  leave(): void
  end(): void
}

/** Both ways of copying against the double, with nothing else of the app; no wait takes time. */
export interface Bench {
  readonly globus: Globus
  /** Of this machine. */
  readonly folder: string
  /** Ada's folder of the site's collection, and where it lies. */
  readonly path: string
  readonly there: string
  readonly needs: SignInNeed[]
  https(options?: { readonly quietMs?: number }): Way
  /** From and to the collection of the desk; another one is as after a restart. */
  transfer(): Way
  /** Ada agrees that Transfer reads the desk. */
  consent(): void
  step(): SeenStep
  file(name: string, content: string | Buffer): Promise<{ readonly path: string; readonly name: string }>
  content(name: string): Promise<string>
  close(): Promise<void>
}

export async function startBench(): Promise<Bench> {
  const globus = await startGlobus(usualSite)
  const folder = await mkdtemp(join(tmpdir(), 'fd-staging-'))
  const { path } = await globus.stage(siteIds.staging, ids.ada)
  const agent = new Agent()
  const needs: SignInNeed[] = []
  const persist = createPersist({ rest: () => new Promise((resolve) => setImmediate(resolve)), random: () => 0, onNeed: (need) => void needs.push(...(need === undefined ? [] : [need])) })
  const signIn = (scope: string): string => globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope }).access_token
  /** Renewed as a sign-in's: another token for one that was refused. */
  const tokensFor = (scope: string): SiteTokens => {
    let value = signIn(scope)
    return {
      token: () => Promise.resolve(value),
      refused(token, reason) {
        if (reason?.mayRenew !== true || token !== value) return token !== value
        value = signIn(scope)
        return true
      },
      accepted: () => undefined,
      site: { demands: () => ({ title: 'ALCF', policies: [], domains: [] }), error: (reason) => errorOfReason(reason, 'alcf') },
    }
  }
  const doorFor = (scope: string, who: string): Door => ({ agent, tokens: tokensFor(scope), who, readError: readGlobusError(who) })
  const api = createTransferApi(doorFor(transferScope, 'Globus Transfer'), globus.url.transfer)
  const collection = doorFor(httpsScope(siteIds.staging), 'The collection of ALCF')
  const title = (): string => 'ALCF'
  const logger = { warn: () => undefined }

  return {
    globus,
    folder,
    path,
    there: join(globus.folderOf(siteIds.staging), path),
    needs,
    https: ({ quietMs = 5_000 } = {}) => createHttpsWay({ door: collection, server: (signal) => api.httpsServer(siteIds.staging, signal), persist, title, quietMs }),
    transfer: () =>
      createTransferWay({
        api,
        collection: siteIds.staging,
        here: { collection: siteIds.desk, folder: globus.folderOf(siteIds.desk), path: '/' },
        journal: createJournal(folder),
        persist,
        rest: () => new Promise((resolve) => setImmediate(resolve)),
        title,
        logger,
      }),
    consent() {
      signIn(`${transferScope}[*${dataAccessScope(siteIds.desk)}]`)
    },
    step() {
      const [leaving, ending, said] = [new AbortController(), new AbortController(), [] as string[]]
      return {
        leaving: leaving.signal,
        ending: ending.signal,
        said,
        onWait(words) {
          if (words !== undefined) said.push(words)
        },
        leave: () => leaving.abort(),
        end: () => ending.abort(),
      }
    },
    async file(name, content) {
      const at = join(folder, name)
      await writeFile(at, content)
      return { path: at, name }
    },
    content: (name) => readFile(join(globus.folderOf(siteIds.staging), path, name), 'utf8'),
    async close() {
      await agent.destroy()
      await globus.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
