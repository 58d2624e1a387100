import { useCoreClient, useCoreState } from '@renderer/rpc'
import { SettingGroup, SettingRow } from '@renderer/ui/setting-row'
import { Switch } from '@renderer/ui/switch'
import { tell } from '@renderer/ui/tell'
import { useState } from 'react'

export function ServingRow({ isServing }: { readonly isServing: boolean }) {
  const client = useCoreClient()
  const isOpen = useCoreState((state) => state.connection === 'open')
  const [isBusy, setIsBusy] = useState(false)
  const change = (next: boolean) => {
    setIsBusy(true)
    // What is shown follows from the core's own word, which comes as an event.
    client.gateway
      .setServing({ isServing: next })
      .catch(tell)
      .finally(() => setIsBusy(false))
  }
  return (
    <SettingGroup>
      <SettingRow
        title="Serve others"
        text={
          isServing
            ? 'Whoever has one of your keys is answered.'
            : 'Every key that you gave away is refused. This window, and programs that use your own key, go on as before.'
        }
      >
        <Switch label="Serve others" isOn={isServing} onChange={change} disabled={isBusy || !isOpen} />
      </SettingRow>
    </SettingGroup>
  )
}
