import { useBatchWork } from './work/batch-work'
import { type Dropped, judgeDrop } from './work/judge-drop'
import { tell } from '@renderer/ui/tell'
import { useCallback } from 'react'
import { toast } from 'sonner'
import { useLocation } from 'wouter'
import { preparePath } from './paths'

/** Takes what was dropped or chosen, and leads to its page; what cannot be a batch is told where the person is. */
export function useTakeDropped(): (dropped: readonly Dropped[]) => Promise<void> {
  const { intake } = useBatchWork()
  const [, navigate] = useLocation()
  return useCallback(
    async (dropped) => {
      const judged = await judgeDrop(dropped)
      if (judged.kind === 'refused') {
        toast.error(judged.message, { id: 'drop', description: judged.action, duration: 15_000, closeButton: true })
        return
      }
      toast.dismiss('drop')
      const taken = intake.take(judged.file, judged.filename)
      navigate(preparePath)
      await taken.catch(tell)
    },
    [intake, navigate],
  )
}

/** Read while the event lasts: afterwards its list is empty. */
export function droppedOf(transfer: DataTransfer): readonly Dropped[] {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item): Dropped => {
      const file = item.getAsFile() ?? undefined
      return { name: file?.name ?? 'What was dropped', isFolder: item.webkitGetAsEntry()?.isDirectory === true, file }
    })
  return entries.length > 0 ? entries : filesOf(transfer.files)
}

export function filesOf(files: Iterable<File> | null): readonly Dropped[] {
  return [...(files ?? [])].map((file) => ({ name: file.name, isFolder: false, file }))
}
