import { useLocalData } from '@renderer/db'
import { BackupRow } from '@renderer/ui/backup-row'
import { Button } from '@renderer/ui/button'
import { counted } from '@renderer/ui/format'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { ProgressBar } from '@renderer/ui/progress-bar'
import { tell } from '@renderer/ui/tell'
import type { BackupInfo } from '@shared/rpc/contract'
import { useCallback, useEffect, useState } from 'react'
import { toast } from 'sonner'
import { SettingGroup } from '@renderer/ui/setting-row'

interface BackupsView {
  readonly list?: readonly BackupInfo[]
  readonly problem?: Problem
}

export function BackupsGroup() {
  const { backups } = useLocalData()
  const [{ list, problem }, setView] = useState<BackupsView>({})
  const [isTaking, setIsTaking] = useState(false)
  const [restoring, setRestoring] = useState<{ readonly id: string; readonly share: number }>()

  const read = useCallback(() => {
    backups.list().then(
      (found) => setView({ list: found }),
      (cause: unknown) => setView({ problem: problemOf(cause) }),
    )
  }, [backups])
  useEffect(read, [read])

  const take = async () => {
    setIsTaking(true)
    await backups.take().then((taken) => taken === undefined && toast('Another window is taking a backup now.'), tell)
    setIsTaking(false)
    read()
  }
  const restore = async (id: string) => {
    setRestoring({ id, share: 0 })
    await backups.restore(id, ({ done, total }) => setRestoring({ id, share: done / Math.max(1, total) })).then(
      ({ addedConversations, addedMessages }) => toast('Restored', { description: `${counted(addedConversations, 'conversation')} and ${counted(addedMessages, 'message')} came back. What was newer here stayed.` }),
      tell,
    )
    setRestoring(undefined)
  }

  return (
    <SettingGroup
      title="Backups"
      action={
        <Button isBusy={isTaking} onClick={() => void take()}>
          Back up now
        </Button>
      }
    >
      {list?.map((backup) => (
        <div key={backup.id}>
          <BackupRow
            {...backup}
            action={
              <Button disabled={restoring !== undefined} onClick={() => void restore(backup.id)}>
                Restore
              </Button>
            }
          />
          {restoring?.id === backup.id && (
            <div className="px-4 pb-3">
              <ProgressBar label="Restored" value={restoring.share} />
            </div>
          )}
        </div>
      ))}
      {list?.length === 0 && <p className="px-4 py-6 text-center text-sm text-ink-mute">No backup yet. One is taken by itself once there are conversations.</p>}
      {problem !== undefined && (
        <p className="px-4 py-6 text-center text-sm text-ink-mute">
          {problem.message} {problem.action}
        </p>
      )}
    </SettingGroup>
  )
}
