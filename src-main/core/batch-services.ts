import type { ClusterConfig } from '@shared/config/clusters'
import type { Config } from '@shared/config/schema'
import { createLateService } from '../batches/service/late-service'
import { createOpenAiBatchService } from '../batches/service/openai-batch-service'
import type { BatchService, Site } from '../batches/service/batch-service'
import type { StoredBatch } from '../batches/stored-batch'
import type { Candidate, Directory } from '../federation/directory'
import { grantOf } from '../gateway/authorize'
import type { Keyring } from '../identity/keyring'
import type { RunningStaging } from './staging'

interface BatchServicesDeps {
  readonly config: () => Config
  readonly keys: Pick<Keyring, 'identity'>
  readonly directory: Pick<Directory, 'candidates' | 'batchService'>
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
  /** The batches of a FIRST site to which files can be copied; absent: they are sent line by line. */
  readonly stagedBatches?: RunningStaging['stagedBatches']
}

const streamed: Site = { kind: 'streamed' }

/** Whether a batch goes to its site as a file: where the best place of its only model has a service for that, and its owner may use it. */
export function createBatchServices({ config, keys, directory, secret, stagedBatches }: BatchServicesDeps): (batch: Pick<StoredBatch, 'id' | 'models' | 'place' | 'identity' | 'site' | 'endpoint'>) => Site {
  const bestPlace = ({ id, models: [model, another], place }: Pick<StoredBatch, 'id' | 'models' | 'place'>): Candidate | undefined => {
    if (model === undefined || another !== undefined) return undefined
    try {
      return directory.candidates(model, place?.cluster, place?.framework, undefined, id)[0]
    } catch {
      // The streamed run waits until there is a place.
      return undefined
    }
  }
  const serviceOf = (settings: ClusterConfig, { id, models: [model = ''], place, endpoint }: Pick<StoredBatch, 'id' | 'models' | 'place' | 'endpoint'>): BatchService | undefined => {
    if (settings.kind === 'globus-compute') {
      const framework = settings.models.find((one) => one.model === model && (place?.framework ?? one.framework) === one.framework)?.framework
      return framework === undefined ? undefined : createLateService(settings.name, () => directory.batchService({ cluster: settings.name, model, framework }, endpoint, id))
    }
    if (settings.kind === 'first' && settings.staging?.enabled === true) return stagedBatches?.(settings, { key: id, model, framework: place?.framework })
    if (settings.kind !== 'direct' || settings.batchService !== true) return undefined
    const { name, url, apiKey } = settings
    return createOpenAiBatchService({ cluster: name, baseUrl: url.replace(/\/+$/, ''), key: () => (apiKey === undefined ? undefined : secret(apiKey)) })
  }
  return (batch) => {
    const best = bestPlace(batch)
    // What is at a site stays there, whatever is better now.
    const cluster = batch.site?.cluster ?? best?.cluster
    const settings = config().clusters.find(({ name }) => name === cluster)
    if (settings?.kind === 'first' && settings.staging?.enabled !== true) return { kind: 'streamed', note: `The site of the cluster "${settings.name}" takes no files over HTTP: the requests are sent one by one.` }
    const [model = ''] = batch.models
    const identity = keys.identity(batch.identity)
    if (settings === undefined || best?.alias !== undefined || identity === undefined || !grantOf(config(), identity).allows({ cluster: settings.name, model })) return streamed
    const service = serviceOf(settings, batch)
    return service === undefined ? streamed : { kind: 'service', cluster: settings.name, service }
  }
}
