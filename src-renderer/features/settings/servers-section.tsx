import { useClusters } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { FilePlus2, Plus } from 'lucide-react'
import { useLocation } from 'wouter'
import { AddFileDialog } from './add-file-dialog'
import { AddServerDialog } from './add-server-dialog'
import { LocalModelRow } from './local-model-row'
import { ServerRow } from './server-row'
import { settingsPath } from './sections'
import { SettingGroup } from '@renderer/ui/setting-row'

export function ServersSection() {
  const [location, navigate] = useLocation()
  const { clusters, isLoaded } = useClusters()
  const servers = clusters.filter(({ kind }) => kind !== 'local')
  const local = clusters.filter(({ kind }) => kind === 'local').flatMap(({ models }) => models)

  // Which dialog is open is in the address, so that the welcome and the palette can lead to it.
  const part = location.split('/')[3]
  const close = () => navigate(settingsPath('servers'), { replace: true })

  return (
    <>
      <SettingGroup
        title="Servers"
        action={
          <Button onClick={() => navigate(settingsPath('servers', 'add'))}>
            <Plus strokeWidth={1.75} aria-hidden />
            Add a server
          </Button>
        }
      >
        {servers.map((server) => (
          <ServerRow key={server.name} server={server} />
        ))}
        {servers.length === 0 && (
          <p className="px-4 py-6 text-center text-sm text-ink-mute">
            {isLoaded ? 'No server yet. A FIRST site or any address with an OpenAI-compatible API will do.' : 'The list of servers has not come yet.'}
          </p>
        )}
      </SettingGroup>
      <SettingGroup
        title="Models on this workstation"
        action={
          <Button onClick={() => navigate(settingsPath('servers', 'files'))}>
            <FilePlus2 strokeWidth={1.75} aria-hidden />
            Add a GGUF file
          </Button>
        }
      >
        {local.map((model) => (
          <LocalModelRow key={model.id} model={model} />
        ))}
        {local.length === 0 && <p className="px-4 py-6 text-center text-sm text-ink-mute">No model file yet.</p>}
      </SettingGroup>
      <AddServerDialog isOpen={part === 'add'} onClose={close} names={clusters.map(({ name }) => name)} />
      <AddFileDialog isOpen={part === 'files'} onClose={close} />
    </>
  )
}
