import { useLocalData, useTrash } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { RelativeTime } from '@renderer/ui/relative-time'
import { tell } from '@renderer/ui/tell'
import { SettingGroup } from '@renderer/ui/setting-row'

/** Deleted conversations, for as long as they can come back. */
export function TrashGroup() {
  const { history } = useLocalData()
  const trash = useTrash()
  if (trash === undefined || trash.length === 0) return null
  return (
    <SettingGroup title="Trash">
      <ul aria-label="Deleted conversations" className="max-h-80 divide-y divide-line overflow-y-auto">
        {trash.map(({ id, title, deletedAtMs }) => (
          <li key={id} className="flex items-center gap-4 px-4 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm">{title}</p>
              <p className="text-xs text-ink-mute">
                Deleted {deletedAtMs !== undefined && <RelativeTime atMs={deletedAtMs} />}; gone for good 30 days after that
              </p>
            </div>
            <Button look="quiet" onClick={() => void history.undoDelete(id).catch(tell)}>
              Take out
            </Button>
          </li>
        ))}
      </ul>
    </SettingGroup>
  )
}
