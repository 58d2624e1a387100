import { useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { Dialog } from '@renderer/ui/dialog'
import { TextField } from '@renderer/ui/field'
import { counted } from '@renderer/ui/format'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { clusterName } from '@shared/domain/model'
import type { ServerFinding } from '@shared/rpc/contract'
import { useId, useState } from 'react'
import { toast } from 'sonner'
import { completeUrl } from './complete-url'
import { nameFromUrl } from './name-from-url'
import { ServerCheckResult } from './server-check-result'
import { useServerCheck } from './use-server-check'

export interface AddServerDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** Names that are taken. */
  readonly names: readonly string[]
}

export function AddServerDialog({ isOpen, onClose, names }: AddServerDialogProps) {
  const formId = useId()
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Add a server" description="Another FIRST gateway, or a server with an OpenAI-compatible or Anthropic API.">
      {isOpen && <ServerForm id={formId} names={names} onClose={onClose} />}
    </Dialog>
  )
}

function ServerForm({ id, names, onClose }: { readonly id: string; readonly names: readonly string[]; readonly onClose: () => void }) {
  const client = useCoreClient()
  const [address, setAddress] = useState('')
  const [apiKey, setApiKey] = useState('')
  const [ownName, setOwnName] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const url = completeUrl(address)
  const check = useServerCheck(url, apiKey.trim())
  const name = ownName ?? nameFromUrl(url ?? '', names)
  const nameProblem = problemOfName(name, names)
  const isSite = check.kind === 'found' && check.finding.clusterKind === 'first'
  const isAddable = url !== undefined && nameProblem === undefined && check.kind !== 'checking'

  const add = () => {
    if (!isAddable) return
    setIsBusy(true)
    const key = apiKey.trim()
    client.servers
      .add({ name, url, ...(check.kind === 'found' && asFound(check.finding)), ...(key !== '' && { apiKey: key }) })
      .then(
        ({ models }) => {
          toast(`Added ${name}`, { description: counted(models.length, 'model') })
          onClose()
        },
        (cause: unknown) => setProblem(problemOf(cause)),
      )
      .finally(() => setIsBusy(false))
  }

  return (
    <form
      id={id}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <TextField
        label="Address"
        placeholder="http://localhost:11434/v1"
        value={address}
        onChange={(event) => setAddress(event.target.value)}
        hint="Up to and with the version, as in its manual."
        problem={address.trim() !== '' && url === undefined ? 'This is no address of a server.' : undefined}
      />
      <TextField
        label={isSite ? 'Access token' : 'API key'}
        type="password"
        autoComplete="off"
        placeholder="none"
        value={apiKey}
        onChange={(event) => setApiKey(event.target.value)}
        hint="Only where the server asks for one: a FIRST site takes an access token. It is kept with your secrets, not in the settings file."
      />
      <TextField label="Name" value={name} onChange={(event) => setOwnName(event.target.value)} hint="As you will see it beside its models." problem={url === undefined ? undefined : nameProblem} />
      <ServerCheckResult check={check} />
      {problem !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {problem.message} {problem.action}
        </p>
      )}
      <div className="-mx-5 mt-1 -mb-4 flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" isBusy={isBusy} disabled={!isAddable}>
          {check.kind === 'failed' ? 'Add all the same' : 'Add'}
        </Button>
      </div>
    </form>
  )
}

/** What was found out need not be found out again. */
function asFound({ url, clusterKind, profile }: ServerFinding) {
  return { url, kind: clusterKind, ...(profile !== undefined && clusterKind === 'direct' && { profile }) }
}

function problemOfName(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return `There is a ${name} already.`
  const parsed = clusterName.safeParse(name)
  return parsed.success ? undefined : 'Lower-case letters, digits and dashes, at most 63 in all.'
}
