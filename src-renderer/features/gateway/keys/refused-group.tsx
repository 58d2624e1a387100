import { useKnown } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { count } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { SettingGroup } from '@renderer/ui/setting-row'
import type { Refusal } from '@shared/domain/refusal'
import { useState } from 'react'
import { refusedQuestion } from '../questions'

/** So many are shown before somebody asks for more. */
const few = 5

/** Who was not let in since the start, and why: as each caller was told. */
export function RefusedGroup() {
  const { value = [] } = useKnown(refusedQuestion)
  const [isAll, setIsAll] = useState(false)
  if (value.length === 0) return null
  const shown = isAll ? value : value.slice(0, few)
  return (
    <SettingGroup
      title="Refused lately"
      action={
        value.length > few && (
          <Button look="quiet" className="h-7" onClick={() => setIsAll(!isAll)}>
            {isAll ? 'Show fewer' : `Show all ${count(value.length)}`}
          </Button>
        )
      }
    >
      <ul aria-label="Refused lately" className="divide-y divide-line">
        {shown.map((refusal) => (
          <RefusedRow key={`${refusal.atMs} ${refusal.code} ${refusal.identity ?? ''} ${refusal.origin ?? ''}`} refusal={refusal} />
        ))}
      </ul>
    </SettingGroup>
  )
}

function RefusedRow({ refusal: { atMs, count: times, status, code, reason, identity, name, origin } }: { readonly refusal: Refusal }) {
  return (
    <li className="flex items-start gap-6 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="text-sm wrap-anywhere">
          <span className="font-medium" title={identity}>
            {name ?? identity ?? 'Somebody unknown'}
          </span>
          {origin !== undefined && <span className="text-ink-mute"> from {origin}</span>}
        </p>
        <p className="text-xs text-ink-soft wrap-anywhere">{reason}</p>
      </div>
      <div className="shrink-0 text-right text-xs text-ink-mute tabular-nums">
        <RelativeTime atMs={atMs} />
        <p title={code}>
          {status}
          {times > 1 && `, ${count(times)} times`}
        </p>
      </div>
    </li>
  )
}
