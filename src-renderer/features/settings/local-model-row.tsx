import { useCoreClient } from '@renderer/rpc'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { tokens } from '@renderer/ui/format'
import { IconButton } from '@renderer/ui/icon-button'
import { StatusMark } from '@renderer/ui/status-mark'
import { tell } from '@renderer/ui/tell'
import type { ModelInfo } from '@shared/domain/model'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'

export function LocalModelRow({ model }: { readonly model: ModelInfo }) {
  const client = useCoreClient()
  const [isAsking, setIsAsking] = useState(false)
  const { id, status, reason, contextTokens, progress, isGuide = false } = model
  const remove = () => client.modelFiles.remove({ model: id }).then(() => undefined, tell)
  return (
    <div className="flex min-h-14 items-center gap-4 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{id}</p>
        <p className="text-xs text-ink-mute">{isGuide ? 'Built-in help, not a language model' : (reason ?? (contextTokens === undefined ? '' : `Context of ${tokens(contextTokens)} tokens`))}</p>
      </div>
      <StatusMark status={status} {...(status === 'starting' && progress !== undefined && { word: `Starting ${Math.round(progress * 100)}%` })} />
      {isGuide ? <span className="size-7" /> : <IconButton icon={Trash2} label={`Remove ${id}`} size="small" onClick={() => setIsAsking(true)} />}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Remove ${id}?`}
        description="It leaves the list of models. The file on your disk and your conversations stay."
        action="Remove"
        onConfirm={remove}
      />
    </div>
  )
}
