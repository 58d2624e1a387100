import { useCoreClient } from '@renderer/rpc'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { counted } from '@renderer/ui/format'
import { IconButton } from '@renderer/ui/icon-button'
import { Menu } from '@renderer/ui/menu'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import { tell } from '@renderer/ui/tell'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { Ellipsis, KeyRound, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ChangeKeyDialog } from './change-key-dialog'

export function ServerRow({ server }: { readonly server: ClusterSnapshot }) {
  const client = useCoreClient()
  const [asking, setAsking] = useState<'key' | 'remove'>()
  const { name, url, isReachable, problem, models, takenAtMs } = server
  const close = () => setAsking(undefined)
  const remove = () => client.servers.remove({ name }).then(() => undefined, tell)
  return (
    <div className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2 text-sm">
          <span className="font-medium">{name}</span>
          <span className="truncate text-ink-mute">{url}</span>
        </p>
        <p className="text-xs text-ink-mute tabular-nums">
          {takenAtMs === 0 ? (
            'Not reached yet'
          ) : (
            <>
              {counted(models.length, 'model')}, as of <RelativeTime atMs={takenAtMs} />
            </>
          )}
        </p>
        {problem !== undefined && <p className="text-xs text-wait">{problem}</p>}
      </div>
      <StatusMark status={isReachable ? 'live' : 'offline'} word={isReachable ? 'Reachable' : 'Not reachable'} />
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Actions for ${name}`} size="small" />}
        items={[
          { label: 'Check again', icon: RefreshCw, onSelect: () => void client.clusters.refresh({ cluster: name }).catch(tell) },
          { label: 'Change the key', icon: KeyRound, onSelect: () => setAsking('key') },
          { label: 'Remove', icon: Trash2, isDangerous: true, onSelect: () => setAsking('remove') },
        ]}
      />
      <ChangeKeyDialog isOpen={asking === 'key'} onClose={close} name={name} />
      <ConfirmDialog
        isOpen={asking === 'remove'}
        onClose={close}
        title={`Remove ${name}?`}
        description="Its models leave the list and its key is forgotten. Your conversations with them stay."
        action="Remove"
        onConfirm={remove}
      />
    </div>
  )
}
