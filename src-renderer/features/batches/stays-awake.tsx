import { usePreferences, useSetPreference } from '@renderer/db'
import { useCoreClient, useSession } from '@renderer/rpc'
import { SettingRow } from '@renderer/ui/setting-row'
import { Switch } from '@renderer/ui/switch'
import { tell } from '@renderer/ui/tell'
import { useEffect } from 'react'

/** Tells the desktop what the person has said, at each start and when it changes. */
export function useStaysAwake(): void {
  const client = useCoreClient()
  const isDesktop = useSession()?.host === 'desktop'
  const { staysAwake } = usePreferences()
  useEffect(() => {
    if (isDesktop && staysAwake !== null) client.shell.setStaysAwake({ staysAwake }).catch(tell)
  }, [client, isDesktop, staysAwake])
}

/** For the settings; nothing in a browser, which cannot hold off the sleep of the machine that does the work. */
export function StaysAwakeRow() {
  const isDesktop = useSession()?.host === 'desktop'
  const { staysAwake } = usePreferences()
  const setPreference = useSetPreference()
  if (!isDesktop) return null
  return (
    <SettingRow title="Stay awake for batches" text="While a batch runs, this computer does not go to sleep by itself; its screen may.">
      <Switch label="Stay awake for batches" isOn={staysAwake === true} onChange={(isOn) => void setPreference('staysAwake', isOn).catch(tell)} />
    </SettingRow>
  )
}
