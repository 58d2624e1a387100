import { useClusters, useKnown, type BatchOrder, type Question } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { TextField } from '@renderer/ui/field'
import { Select } from '@renderer/ui/select'
import { tell } from '@renderer/ui/tell'
import { batchEstimate, type BatchEstimate } from '@shared/domain/batch-rows'
import { endpointOperations, type BatchEndpoint } from '@shared/domain/batch-report'
import { useMemo, useState, type ReactNode } from 'react'
import { z } from 'zod'
import { canDo } from './can-do'
import { placeOptions, servedBy } from './estimates'
import { PlaceChoice } from './place-choice'

const windows = [
  { value: '1', label: '1 hour' },
  { value: '6', label: '6 hours' },
  { value: '24', label: '24 hours' },
  { value: '72', label: '3 days' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
] as const

export interface OrderFormProps {
  /** Of the file. */
  readonly name: string
  readonly endpoint: BatchEndpoint
  /** That the requests name. */
  readonly models: readonly string[]
  readonly requests: number
  /** Whether a model is to be chosen for requests that name none. */
  readonly asksModel: boolean
  /** The one that was chosen. */
  readonly model: string | undefined
  readonly onModel: (model: string) => void
  /** Why it cannot be queued as it is. */
  readonly hindrance: string | undefined
  readonly action: string
  readonly onQueue: (order: BatchOrder) => Promise<void>
  readonly others?: ReactNode
}

/** What is to be made of the file. */
export function OrderForm({ name: filename, endpoint, models, requests, asksModel, model, onModel, hindrance, action, onQueue, others }: OrderFormProps) {
  const [name, setName] = useState(filename.replace(/\.jsonl$/i, ''))
  const [windowH, setWindowH] = useState('24')
  const [placeKey, setPlaceKey] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const asked = model === undefined ? models.join('\n') : model
  const options = usePlaces(asked, requests)
  const place = options.find(({ key }) => key === placeKey) ?? options[0]
  const queue = async () => {
    setIsBusy(true)
    try {
      await onQueue({
        endpoint,
        windowH: Number(windowH),
        ...(name.trim() !== '' && { name: name.trim().slice(0, 200) }),
        ...(model !== undefined && { model }),
        ...(place?.cluster !== undefined && { place: { cluster: place.cluster, ...(place.framework !== undefined && { framework: place.framework }) } }),
      })
    } catch (cause) {
      tell(cause)
    }
    setIsBusy(false)
  }
  return (
    <form
      aria-label="The batch"
      onSubmit={(event) => {
        event.preventDefault()
        void queue()
      }}
      className="flex flex-col gap-4"
    >
      <div className="grid grid-cols-2 gap-4 lg:grid-cols-3">
        <TextField label="Name" value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        {asksModel && <ModelSelect endpoint={endpoint} model={model} onModel={onModel} />}
        <Select label="Time to be done in" value={windowH} options={windows} onChange={setWindowH} />
      </div>
      <div>
        <p className="mb-1 text-sm font-medium">Where it runs</p>
        <PlaceChoice options={options} value={place?.key ?? ''} onChange={setPlaceKey} hasTimes={requests > 0} />
      </div>
      <div className="flex items-center justify-end gap-3">
        {hindrance !== undefined && <p className="flex-1 text-right text-xs text-ink-mute">{hindrance}</p>}
        {others}
        <Button look="primary" type="submit" isBusy={isBusy} disabled={hindrance !== undefined}>
          {action}
        </Button>
      </div>
    </form>
  )
}

/** What each place would take; while the core cannot be asked, the places as they were known last. */
function usePlaces(models: string, requests: number) {
  const question = useMemo(
    (): Question<readonly BatchEstimate[]> => ({
      key: `batch estimates ${models}`,
      schema: z.array(batchEstimate),
      everyMs: 10_000,
      isKept: false,
      ask: (client) => (models === '' ? Promise.resolve([]) : client.batches.estimates({ models: models.split('\n').slice(0, 100) })),
    }),
    [models],
  )
  const { value } = useKnown(question)
  const { clusters } = useClusters()
  return useMemo(() => placeOptions(value ?? servedBy(clusters, models.split('\n')), requests), [value, clusters, models, requests])
}

function ModelSelect({ endpoint, model, onModel }: { readonly endpoint: BatchEndpoint; readonly model: string | undefined; readonly onModel: (model: string) => void }) {
  const { clusters } = useClusters()
  const operation = endpointOperations[endpoint]
  const fitting = clusters.flatMap(({ models }) => models.filter((served) => canDo(served, operation)).map(({ id }) => id))
  const ids = [...new Set([...(model === undefined ? [] : [model]), ...fitting])].sort((one, other) => one.localeCompare(other))
  return <Select label="Model" value={model ?? ''} options={[...(model === undefined ? [{ value: '', label: 'Choose a model' }] : []), ...ids.map((id) => ({ value: id, label: id }))]} onChange={(next) => next !== '' && onModel(next)} />
}
