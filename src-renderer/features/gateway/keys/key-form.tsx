import { useClusters } from '@renderer/db'
import { useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { Checkbox } from '@renderer/ui/checkbox'
import { TextField } from '@renderer/ui/field'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { Select } from '@renderer/ui/select'
import { useState } from 'react'
import { endOf, lifetimes, usualLifetime } from './key-expiry'
import type { FreshKey } from './new-key'
import { ScopeField } from './scope-field'

export interface KeyFormProps {
  readonly onCreated: (key: FreshKey) => void
  readonly onCancel: () => void
}

export function KeyForm({ onCreated, onCancel }: KeyFormProps) {
  const client = useCoreClient()
  const { clusters } = useClusters()
  const [name, setName] = useState('')
  const [lifetime, setLifetime] = useState<string>(usualLifetime)
  const [models, setModels] = useState<readonly string[]>()
  const [chosenClusters, setChosenClusters] = useState<readonly string[]>()
  const [isAdmin, setIsAdmin] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()

  const modelIds = [...new Set(clusters.flatMap((cluster) => cluster.models.map(({ id }) => id)))].sort((one, other) => one.localeCompare(other))
  const isComplete = name.trim() !== '' && models?.length !== 0 && chosenClusters?.length !== 0

  const create = () => {
    if (!isComplete) return
    setIsBusy(true)
    const expiresAtMs = endOf(lifetime, Date.now())
    const scopes = { ...(models !== undefined && { models: [...models] }), ...(chosenClusters !== undefined && { clusters: [...chosenClusters] }), ...(isAdmin && { isAdmin }) }
    client.keys
      .create({ name: name.trim(), ...(expiresAtMs !== undefined && { expiresAtMs }), ...(Object.keys(scopes).length > 0 && { scopes }) })
      .then(
        (key) => onCreated({ name: key.name, secret: key.secret }),
        (cause: unknown) => setProblem(problemOf(cause)),
      )
      .finally(() => setIsBusy(false))
  }

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        create()
      }}
    >
      <TextField label="Name" value={name} maxLength={100} onChange={(event) => setName(event.target.value)} hint="Whose it is, or what runs with it; shown beside what it uses." />
      <Select label="Ends after" value={lifetime} options={lifetimes} onChange={setLifetime} />
      <ScopeField label="Models" all="Every model" names={modelIds} chosen={models} onChange={setModels} />
      <ScopeField label="Servers" all="Every server" names={clusters.map((cluster) => cluster.name)} chosen={chosenClusters} onChange={setChosenClusters} />
      <Checkbox label="Admin" hint="Sees the requests of everybody and the metrics, and may manage models." isChecked={isAdmin} onChange={setIsAdmin} />
      {problem !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {problem.message} {problem.action}
        </p>
      )}
      <div className="-mx-5 mt-1 -mb-4 flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" isBusy={isBusy} disabled={!isComplete}>
          Create
        </Button>
      </div>
    </form>
  )
}
