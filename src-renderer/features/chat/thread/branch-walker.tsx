import { type BranchMessage, useLocalData } from '@renderer/db'
import { IconButton } from '@renderer/ui/icon-button'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { tell } from '@renderer/ui/tell'

/** Which version of a turn is shown, and the way to the others; nothing where there is one. */
export function BranchWalker({ message: { id, siblingIds } }: { readonly message: BranchMessage }) {
  const { history } = useLocalData()
  if (siblingIds.length < 2) return null
  const index = siblingIds.indexOf(id)
  const go = (step: number) => {
    const next = siblingIds[index + step]
    if (next !== undefined) history.selectBranch(next).catch(tell)
  }
  return (
    <div role="group" aria-label="Versions" className="flex items-center text-xs text-ink-mute tabular-nums">
      <IconButton icon={ChevronLeft} label="Previous version" size="small" disabled={index === 0} onClick={() => go(-1)} />
      <span aria-label={`Version ${index + 1} of ${siblingIds.length}`}>
        {index + 1}/{siblingIds.length}
      </span>
      <IconButton icon={ChevronRight} label="Next version" size="small" disabled={index === siblingIds.length - 1} onClick={() => go(1)} />
    </div>
  )
}
