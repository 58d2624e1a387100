import { declineRestore, type Opening } from '@renderer/db'
import { BackupRow } from '@renderer/ui/backup-row'
import { Button } from '@renderer/ui/button'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { ProgressBar } from '@renderer/ui/progress-bar'
import { DatabaseBackup } from 'lucide-react'
import { useRef, useState } from 'react'
import type { OpenedWindow, Parts } from './open-window'

export interface RecoveryPageProps {
  readonly opening: Exclude<Opening, { kind: 'ok' }>
  readonly start: OpenedWindow['start']
  readonly onReady: (parts: Parts) => void
}

type Step = { readonly kind: 'asking'; readonly problem?: Problem } | { readonly kind: 'working'; readonly done: number }

/** Offers the backups when the window's own data is gone or cannot be read. Nothing is overwritten without a word of the person. */
export function RecoveryPage({ opening, start, onReady }: RecoveryPageProps) {
  const [step, setStep] = useState<Step>({ kind: 'asking' })
  /** Kept over a restore that failed: the next one goes into the same database. */
  const begun = useRef<Parts>(undefined)
  const isUnreadable = opening.kind === 'unreadable'

  const proceed = (backupId: string | undefined) => {
    const run = async () => {
      setStep({ kind: 'working', done: 0 })
      const parts = begun.current ?? (await start(opening.kind === 'unreadable' ? await opening.startAnew() : opening.db))
      begun.current = parts
      if (backupId === undefined) await declineRestore(parts.data.db)
      else await parts.data.backups.restore(backupId, ({ done, total }) => setStep({ kind: 'working', done: done / Math.max(1, total) }))
      onReady(parts)
    }
    run().catch((cause: unknown) => setStep({ kind: 'asking', problem: problemOf(cause) }))
  }

  return (
    <main className="flex h-full flex-col items-center overflow-y-auto px-6 py-[12dvh]">
      <div className="w-full max-w-[34rem]">
        <DatabaseBackup className="size-6 text-accent" strokeWidth={1.5} aria-hidden />
        <h1 className="mt-4 text-xl font-semibold">{isUnreadable ? 'Your conversations cannot be read' : 'Restore your conversations'}</h1>
        <p className="mt-1 text-base text-ink-soft">
          {isUnreadable
            ? 'The data kept in this window is damaged. Restore a backup, or begin with an empty window; the damaged data is removed then, the backups stay.'
            : 'This window has no conversations, but there are backups of earlier ones. Restore one, or begin with an empty window; the backups stay.'}
        </p>
        {step.kind === 'asking' && step.problem !== undefined && (
          <p role="alert" className="mt-4 rounded-lg bg-fail-soft px-3 py-2 text-sm">
            {step.problem.message} {step.problem.action}
          </p>
        )}
        {step.kind === 'working' ? (
          <div className="mt-8" role="status">
            <p className="mb-2 text-sm">Restoring…</p>
            <ProgressBar label="Restored" value={step.done} />
          </div>
        ) : (
          <>
            {opening.backups.length === 0 ? (
              <p className="mt-6 text-sm text-ink-mute">No backup was found.</p>
            ) : (
              <ul aria-label="Backups" className="mt-6 divide-y divide-line rounded-xl border border-line">
                {opening.backups.map((backup, index) => (
                  <li key={backup.id}>
                    <BackupRow
                      {...backup}
                      action={
                        <Button look={index === 0 ? 'primary' : 'plain'} onClick={() => proceed(backup.id)}>
                          Restore
                        </Button>
                      }
                    />
                  </li>
                ))}
              </ul>
            )}
            <div className="mt-4 flex justify-end">
              <Button look="quiet" onClick={() => proceed(undefined)}>
                Begin with an empty window
              </Button>
            </div>
          </>
        )}
      </div>
    </main>
  )
}
