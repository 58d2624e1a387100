import { Button } from '@renderer/ui/button'
import { CopyButton } from '@renderer/ui/copy-button'
import { Dialog } from '@renderer/ui/dialog'
import { Notice } from '@renderer/ui/notice'
import { RelativeTime } from '@renderer/ui/relative-time'
import { Spinner } from '@renderer/ui/spinner'
import type { Replica } from '@shared/domain/replica'
import { RefreshCw } from 'lucide-react'
import { Printed } from './printed'
import { replicaMarks } from './replica-marks'
import { useLog } from './use-log'

export interface LogDialogProps {
  readonly replica: Replica
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** The last lines that a replica printed. */
export function LogDialog({ replica, isOpen, onClose }: LogDialogProps) {
  const { id, model, cluster, state } = replica
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Log of ${id}`}
      description={`${model} on ${cluster}, ${replicaMarks[state].word.toLowerCase()}`}
      // The font makes a multiplication sign of the x in `4x2`.
      className="max-w-4xl [font-variant-ligatures:no-contextual]"
    >
      <LogText replica={replica} />
    </Dialog>
  )
}

function LogText({ replica: { id, logTail } }: { readonly replica: Replica }) {
  const { text, readAtMs, problem, isBusy, read } = useLog(id)
  const shown = text ?? logTail
  return (
    <div className="flex flex-col gap-3">
      {problem !== undefined && (
        <Notice tone="fail">
          {problem.message} {problem.action}
        </Notice>
      )}
      {shown !== undefined && shown.trim() !== '' ? (
        <Printed label="Last lines" text={shown} className="h-[45dvh]" />
      ) : (
        <div className="flex h-[45dvh] items-center justify-center gap-2 rounded-md border border-line bg-sunken text-sm text-ink-mute" role="status">
          {isBusy ? (
            <>
              <Spinner /> Reading its log…
            </>
          ) : shown === undefined ? (
            'It could not be read.'
          ) : (
            'It has printed nothing yet.'
          )}
        </div>
      )}
      <div className="flex items-center gap-2">
        <p className="flex-1 text-xs text-ink-mute">
          {readAtMs !== undefined ? (
            <>
              The last lines, read <RelativeTime atMs={readAtMs} />
            </>
          ) : (
            shown !== undefined && 'As it was kept when it failed'
          )}
        </p>
        {shown !== undefined && <CopyButton text={() => shown} label="Copy the log" />}
        <Button onClick={read} isBusy={isBusy}>
          {!isBusy && <RefreshCw strokeWidth={1.75} aria-hidden />}
          Read again
        </Button>
      </div>
    </div>
  )
}
