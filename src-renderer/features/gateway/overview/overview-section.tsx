import { useKnown } from '@renderer/db'
import { useCoreState } from '@renderer/rpc'
import { Notice } from '@renderer/ui/notice'
import { recordsStateQuestion } from '../questions'
import { AddressGroup } from './address-group'
import { LiveNumbers } from './live-numbers'
import { ServingRow } from './serving-row'

/** Whether the gateway serves others, where, and what it does now. */
export function OverviewSection() {
  const gateway = useCoreState((state) => state.gateway)
  const { value: records } = useKnown(recordsStateQuestion)
  return (
    <>
      <p className="mb-6 text-sm text-ink-soft">Scripts and agents reach every model of this window at one address, as OpenAI, Anthropic or FIRST clients. Nothing answers without a key.</p>
      {records?.isDegraded === true && (
        <Notice tone="wait" className="mb-6">
          {records.sentence ?? 'Requests are counted, but not written to disk.'}
        </Notice>
      )}
      {gateway === undefined ? (
        <p className="text-sm text-ink-mute">Known as soon as FIRST Desktop answers this window.</p>
      ) : (
        <>
          <ServingRow isServing={gateway.isServing} />
          <LiveNumbers />
          <AddressGroup gateway={gateway} />
        </>
      )}
    </>
  )
}
