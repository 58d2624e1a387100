import { useClusters } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { Notice } from '@renderer/ui/notice'
import { Select } from '@renderer/ui/select'
import { snippets } from '@shared/snippets'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { gatewayPath } from '../sections'
import { AgentSnippets } from './agent-snippets'
import { useFreshKey } from './fresh-key'
import { groupSnippets } from './group-snippets'
import { ScriptSnippets } from './script-snippets'
import { useAddresses } from './use-addresses'

/** Stands where the key goes, until there is one. */
const noKey = 'YOUR_KEY'

/** Texts to paste, with the model, the address and the key in them. */
export function ConnectSection() {
  const { clusters, isLoaded } = useClusters()
  const addresses = useAddresses()
  const fresh = useFreshKey((state) => state.fresh)
  const [wantedModel, setModel] = useState<string>()
  const [wantedAddress, setAddress] = useState<string>()

  const models = clusters.flatMap((cluster) => cluster.models)
  const model = models.find(({ id }) => id === wantedModel) ?? models.find(({ status, isGuide }) => status === 'live' && isGuide !== true) ?? models[0]
  const address = addresses.find((each) => each === wantedAddress) ?? addresses[0]
  if (model === undefined || address === undefined) return <p className="text-sm text-ink-mute">{isLoaded ? 'There is no model yet that a program could use.' : 'Known as soon as FIRST Desktop answers this window.'}</p>

  const { scripts, agents } = groupSnippets(snippets({ baseUrl: address, key: fresh?.secret ?? noKey, model: model.id, ...(model.contextTokens !== undefined && { contextTokens: model.contextTokens }) }))
  return (
    <>
      <div className="mb-4 flex gap-4">
        <Select
          label="Model"
          className="flex-1"
          value={model.id}
          options={[]}
          groups={clusters.map(({ name, models: own }) => ({ label: name, options: own.map(({ id }) => ({ value: id, label: id })) })).filter(({ options }) => options.length > 0)}
          onChange={setModel}
        />
        {addresses.length > 1 && <Select label="Address" className="w-56" value={address} options={addresses.map((each) => ({ value: each, label: each }))} onChange={setAddress} />}
      </div>
      <KeyNote name={fresh?.name} />
      <ScriptSnippets groups={scripts} />
      <AgentSnippets groups={agents} model={model.id} />
    </>
  )
}

/** Which key the texts hold. */
function KeyNote({ name }: { readonly name: string | undefined }) {
  const [, navigate] = useLocation()
  if (name !== undefined)
    return (
      <Notice
        tone="wait"
        action={
          <Button className="h-7" onClick={() => useFreshKey.setState({ fresh: undefined })}>
            Take it out
          </Button>
        }
      >
        The texts below hold the key for {name}. Whoever sees them can use it.
      </Notice>
    )
  return (
    <Notice
      tone="note"
      action={
        <Button className="h-7" onClick={() => navigate(gatewayPath('keys', 'new'))}>
          Create a key
        </Button>
      }
    >
      Put a key where it says <code className="font-mono text-xs">{noKey}</code>.
    </Notice>
  )
}
