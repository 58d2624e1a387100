import { Dialog } from '@renderer/ui/dialog'
import { useState } from 'react'
import { KeyForm } from './key-form'
import { NewKey, type FreshKey } from './new-key'

export interface CreateKeyDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onCreated: () => Promise<void>
}

/** Asks what the key is for, then shows it, once. */
export function CreateKeyDialog({ isOpen, onClose, onCreated }: CreateKeyDialogProps) {
  const [fresh, setFresh] = useState<FreshKey>()
  const [isCopied, setIsCopied] = useState(false)
  const [isWarned, setIsWarned] = useState(false)
  const leave = () => {
    setFresh(undefined)
    setIsCopied(false)
    setIsWarned(false)
    onClose()
  }
  /** The key is not shown again, so Escape or a click beside it leaves at the second time only. */
  const tryToLeave = () => {
    if (fresh === undefined || isCopied || isWarned) leave()
    else setIsWarned(true)
  }
  const created = (key: FreshKey) => {
    setFresh(key)
    void onCreated()
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={tryToLeave}
      title={fresh === undefined ? 'Create a key' : `The key for ${fresh.name}`}
      description={fresh === undefined ? 'For one person, script or agent.' : 'It is shown now and never again: only its fingerprint is kept.'}
    >
      {isOpen && fresh === undefined && <KeyForm onCreated={created} onCancel={leave} />}
      {fresh !== undefined && <NewKey fresh={fresh} isWarned={isWarned && !isCopied} onCopied={() => setIsCopied(true)} onDone={leave} />}
    </Dialog>
  )
}
