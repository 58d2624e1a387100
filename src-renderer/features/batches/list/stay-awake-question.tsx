import { usePreferences, useSetPreference } from '@renderer/db'
import { useSession } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { Notice } from '@renderer/ui/notice'
import { tell } from '@renderer/ui/tell'

/** Asked once, when the first batch runs on this computer. */
export function StayAwakeQuestion() {
  const isDesktop = useSession()?.host === 'desktop'
  const { isLoaded, staysAwake } = usePreferences()
  const setPreference = useSetPreference()
  if (!isDesktop || !isLoaded || staysAwake !== null) return null
  const answer = (value: boolean) => void setPreference('staysAwake', value).catch(tell)
  return (
    <Notice
      tone="note"
      action={
        <span className="flex gap-2">
          <Button onClick={() => answer(false)}>Let it sleep</Button>
          <Button look="primary" onClick={() => answer(true)}>
            Stay awake
          </Button>
        </span>
      }
    >
      Shall this computer stay awake while a batch runs? When it sleeps, batches wait and go on afterwards. You can change this in Settings.
    </Notice>
  )
}
