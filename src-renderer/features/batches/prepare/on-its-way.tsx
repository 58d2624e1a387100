import { Button } from '@renderer/ui/button'
import { bytes, count } from '@renderer/ui/format'
import { Notice } from '@renderer/ui/notice'
import { ProgressBar } from '@renderer/ui/progress-bar'
import { ChooseFile } from '../choose-file'
import type { IntakeState } from '../work/intake'

/** How far the file is before there is a report. */
export function OnItsWay({ intake, onTryAgain }: { readonly intake: Exclude<IntakeState, { kind: 'none' }>; readonly onTryAgain: () => void }) {
  const { draft } = intake
  switch (intake.kind) {
    case 'sending':
      return (
        <div role="status" className="rounded-xl border border-line px-4 py-3">
          <p className="mb-2 text-sm">Reading it in…</p>
          <ProgressBar label="Read in" value={intake.sentBytes / Math.max(1, draft.bytes)} />
          <p className="mt-2 text-xs text-ink-mute tabular-nums">
            {bytes(intake.sentBytes)} of {bytes(draft.bytes)}. You can go to another page meanwhile.
          </p>
        </div>
      )
    case 'checking':
      return (
        <div role="status" className="rounded-xl border border-line px-4 py-3">
          <p className="mb-2 text-sm">Checking each line…</p>
          <ProgressBar label="Checked" value={intake.progress === undefined ? 0 : intake.progress.bytes / Math.max(1, intake.progress.totalBytes)} />
          <p className="mt-2 text-xs text-ink-mute tabular-nums">
            {count(intake.progress?.requests ?? 0)} requests so far, {count(intake.progress?.errors ?? 0)} mistakes.
          </p>
        </div>
      )
    case 'waiting':
      return (
        <Notice tone="wait" action={<Button onClick={onTryAgain}>Try now</Button>}>
          FIRST Desktop does not answer this window, so the file cannot be checked yet. {intake.isKept ? 'It is kept in this window, also when you close it, and goes on by itself.' : 'It goes on by itself. There was no room to keep a copy: leave this window open.'}
        </Notice>
      )
    case 'failed':
      return (
        <Notice
          tone="fail"
          action={
            <span className="flex gap-2">
              <Button onClick={onTryAgain}>Try again</Button>
              <ChooseFile look="plain">Choose a file</ChooseFile>
            </span>
          }
        >
          {intake.problem.message} {intake.problem.action}
        </Notice>
      )
    case 'checked':
      return null
  }
}
