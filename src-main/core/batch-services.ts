import type { Config } from '@shared/config/schema'
import { createOpenAiBatchService } from '../batches/service/openai-batch-service'
import type { Site } from '../batches/service/batch-service'
import type { StoredBatch } from '../batches/stored-batch'
import type { Candidate, Directory } from '../federation/directory'
import { grantOf } from '../gateway/authorize'
import type { Keyring } from '../identity/keyring'

interface BatchServicesDeps {
  readonly config: () => Config
  readonly keys: Pick<Keyring, 'identity'>
  readonly directory: Pick<Directory, 'candidates'>
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
}

const streamed: Site = { kind: 'streamed' }

/** Whether a batch goes to its site as a file: where the best place of its only model has a service for that, and its owner may use it. */
export function createBatchServices({ config, keys, directory, secret }: BatchServicesDeps): (batch: Pick<StoredBatch, 'models' | 'place' | 'identity' | 'site'>) => Site {
  const bestPlace = ({ models: [model, another], place }: Pick<StoredBatch, 'models' | 'place'>): Candidate | undefined => {
    if (model === undefined || another !== undefined) return undefined
    try {
      return directory.candidates(model, place?.cluster, place?.framework)[0]
    } catch {
      // The streamed run waits until there is a place.
      return undefined
    }
  }
  return (batch) => {
    const best = bestPlace(batch)
    // What is at a site stays there, whatever is better now.
    const cluster = batch.site?.cluster ?? best?.cluster
    const settings = config().clusters.find(({ name }) => name === cluster)
    if (settings?.kind === 'first') return { kind: 'streamed', note: `The site of the cluster "${settings.name}" takes no files over HTTP: the requests are sent one by one.` }
    const [model = ''] = batch.models
    const identity = keys.identity(batch.identity)
    if (settings?.kind !== 'direct' || settings.batchService !== true || best?.alias !== undefined || identity === undefined) return streamed
    if (!grantOf(config(), identity).allows({ cluster: settings.name, model })) return streamed
    const { name, url, apiKey } = settings
    return { kind: 'service', cluster: name, service: createOpenAiBatchService({ cluster: name, baseUrl: url.replace(/\/+$/, ''), key: () => (apiKey === undefined ? undefined : secret(apiKey)) }) }
  }
}
