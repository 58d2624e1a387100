import { useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { Dialog } from '@renderer/ui/dialog'
import { TextField } from '@renderer/ui/field'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { useState } from 'react'

export interface ChangeKeyDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** The server whose key it is. */
  readonly name: string
}

export function ChangeKeyDialog({ isOpen, onClose, name }: ChangeKeyDialogProps) {
  const client = useCoreClient()
  const [key, setKey] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const close = () => {
    setKey('')
    setProblem(undefined)
    onClose()
  }
  const save = () => {
    setIsBusy(true)
    client.servers
      .setKey({ name, apiKey: key.trim() })
      .then(close, (cause: unknown) => setProblem(problemOf(cause)))
      .finally(() => setIsBusy(false))
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={`Key of ${name}`}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" isBusy={isBusy} disabled={key.trim() === ''} onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <TextField
        label="API key"
        type="password"
        autoComplete="off"
        value={key}
        onChange={(event) => setKey(event.target.value)}
        hint="Takes the place of the old one, which cannot be shown."
        problem={problem && `${problem.message} ${problem.action}`}
      />
    </Dialog>
  )
}
