import type { Dispatcher } from 'undici'
import type { FirstClusterConfig } from '@shared/config/clusters'
import type { StagingConfig } from '@shared/config/staging'
import type { BatchService } from '../batches/service/batch-service'
import type { Logger } from '../core/logger'
import type { Accounts } from '../identity/globus/accounts'
import type { Door } from './ask'
import { agreeToAll } from './agree'
import { createFirstBatchService } from './first-batch-service'
import { readGlobusError } from './globus-error'
import { createHttpsWay } from './https-way'
import { createJournal } from './journal'
import { createPersist } from './persist'
import { findPlace } from './place'
import { createRests } from './rests'
import { createSiteGateway } from './site-gateway'
import { createStaging } from './staging'
import { createTransferApi } from './transfer-api'
import { createTransferWay } from './transfer-way'
import type { Way } from './way'

export interface StagedBatchesDeps {
  readonly agent: Dispatcher
  readonly accounts: Pick<Accounts, 'siteTokens' | 'tellNeed' | 'onSignedIn'>
  /** Results on their way, and what is remembered of transfers. */
  readonly folder: string
  /** Origin of Globus Transfer. */
  readonly transferUrl: string
  /** Calls back once; returns how to cancel that. */
  readonly after: (ms: number, callback: () => void) => () => void
  readonly random: () => number
  readonly logger: Pick<Logger, 'warn'>
  /** Milliseconds without a byte; absent: five minutes, as a file system of a site may have to wake. */
  readonly quietMs?: number
}

const usualQuietMs = 5 * 60_000
const transfer = { resourceServer: 'transfer.api.globus.org', scope: 'urn:globus:auth:scope:transfer.api.globus.org:all' }
const httpsOf = (collection: string) => ({ resourceServer: collection, scope: `https://auth.globus.org/scopes/${collection}/https` })

/** Makes the batch service of a FIRST site whose files go by staging, one for each batch. */
export function createStagedBatches({ agent, accounts, folder, transferUrl, after, random, logger, quietMs = usualQuietMs }: StagedBatchesDeps) {
  const rests = createRests(after)
  const stopListening = accounts.onSignedIn(() => rests.wake())
  const journal = createJournal(folder)

  const stagedBatches = ({ name: cluster, url, site = '', account, clusters, staging: settings }: FirstClusterConfig, { key, model, framework }: { readonly key: string; readonly model: string; readonly framework?: string | undefined }): BatchService => {
    const { collection, path, root = '/', transfer: here }: Partial<StagingConfig> = settings ?? {}
    const tokensOf = (service?: { readonly resourceServer: string; readonly scope: string }) => accounts.siteTokens({ site, account, service })
    const own = tokensOf()
    const title = (): string => own.site.demands().title
    const persist = createPersist({
      rest: rests.rest,
      random,
      onNeed: (need) => void accounts.tellNeed({ site, ...(account !== undefined && { account }) }, need?.reason).catch((cause: unknown) => logger.warn({ cluster, cause }, 'what a batch waits for could not be shown')),
    })
    const doorOf = (tokens: Door['tokens'], who: string): Door => ({ agent, tokens, who, readError: readGlobusError(who) })
    const api = createTransferApi(doorOf(tokensOf(transfer), 'Globus Transfer'), transferUrl)
    const gateway = createSiteGateway({ agent, tokens: own, cluster, baseUrl: url.replace(/\/+$/, '') })

    const wayTo = (place: { readonly collection: string }): Way => {
      if (here !== undefined) return createTransferWay({ api, collection: place.collection, here, journal, persist, rest: rests.rest, title, logger })
      let server: Promise<string> | undefined
      return createHttpsWay({
        door: doorOf(tokensOf(httpsOf(place.collection)), `The collection of ${title()}`),
        server(signal) {
          server ??= api.httpsServer(place.collection, signal).catch((cause: unknown) => {
            server = undefined
            throw cause
          })
          return server
        },
        persist,
        title,
        quietMs,
      })
    }
    const needed = (place: { readonly collection: string }) => [tokensOf(transfer), ...(here === undefined ? [tokensOf(httpsOf(place.collection))] : [])]

    const staging = createStaging({
      find: (signal) => findPlace({ collection, path }, gateway, cluster, signal),
      wayTo,
      agree: (place) => agreeToAll(needed(place), own, title()),
      persist,
      root,
      cluster,
      logger,
    })
    return createFirstBatchService({ gateway, staging, persist, title, model, framework, clusters, scratch: folder, key })
  }
  return { stagedBatches, close: stopListening }
}
