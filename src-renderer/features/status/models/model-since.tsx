import { RelativeTime } from '@renderer/ui/relative-time'
import { statusWord } from '@renderer/ui/status-mark'
import { heldSinceMs } from '../history/start-times'
import type { PastOf } from '../history/use-history'
import type { Place } from './model-rows'

/** Unix milliseconds since when a place has its status: as it says, or as far as it was watched. */
export function sinceOf(past: PastOf, { cluster, model }: Place): number | undefined {
  return model.sinceMs ?? heldSinceMs(past.spans(cluster.name, model.id), model.status)
}

/** Since when; of a model about which nothing can be said now, what was said last. */
export function ModelSince({ past, place }: { readonly past: PastOf; readonly place: Place }) {
  const sinceMs = sinceOf(past, place)
  if (sinceMs !== undefined) return <RelativeTime atMs={sinceMs} />
  const last = past.spans(place.cluster.name, place.model.id).at(-1)
  if (place.model.status !== 'unknown' || last === undefined) return <span className="text-ink-mute">–</span>
  return (
    <span className="text-wait">
      {statusWord(last[2]).toLowerCase()} <RelativeTime atMs={last[1]} />
    </span>
  )
}
