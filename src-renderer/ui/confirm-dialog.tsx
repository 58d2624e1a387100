import { AlertDialog } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { Button } from './button'
import { useReturnFocus } from './use-return-focus'

export interface ConfirmDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  /** What happens, and what is kept. */
  readonly description: ReactNode
  /** A verb: what the button does. */
  readonly action: string
  /** On the harmless button, where `Cancel` could mean either. */
  readonly dismissal?: string
  readonly look?: 'danger' | 'primary'
  readonly onConfirm: () => Promise<void>
}

/** Asks before something that cannot be undone; the focus starts on the harmless button. */
export function ConfirmDialog({ isOpen, onClose, title, description, action, dismissal = 'Cancel', look = 'danger', onConfirm }: ConfirmDialogProps) {
  const [isBusy, setIsBusy] = useState(false)
  const focus = useReturnFocus()
  const confirm = async () => {
    setIsBusy(true)
    await onConfirm().finally(() => setIsBusy(false))
    onClose()
  }
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 animate-appear bg-veil" />
        <AlertDialog.Content {...focus} className="fixed top-1/2 left-1/2 z-40 w-[calc(100vw-3rem)] max-w-md -translate-x-1/2 -translate-y-1/2 animate-appear rounded-xl border border-line bg-raised p-5 shadow-pop">
          <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-ink-soft">{description}</AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{dismissal}</Button>
            </AlertDialog.Cancel>
            <Button look={look} isBusy={isBusy} onClick={() => void confirm()}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
