import { usePreferences, useSetPreference } from '@renderer/db'
import { StaysAwakeRow } from '@renderer/features/batches'
import { setAppearance, useAppearance } from '@renderer/ui/appearance'
import { Choice } from '@renderer/ui/choice'
import { modKey } from '@renderer/ui/mod-key'
import { tell } from '@renderer/ui/tell'
import { SettingGroup, SettingRow } from '@renderer/ui/setting-row'

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const
const sizes = [
  { value: 'small', label: 'Small' },
  { value: 'medium', label: 'Medium' },
  { value: 'large', label: 'Large' },
] as const
const sendKeys = [
  { value: 'enter', label: 'Enter' },
  { value: 'mod-enter', label: `${modKey} Enter` },
] as const

export function GeneralSection() {
  const { theme, size } = useAppearance()
  const { sendKey } = usePreferences()
  const setPreference = useSetPreference()
  return (
    <SettingGroup>
      <SettingRow title="Theme" text="System follows what the desktop is set to.">
        <Choice label="Theme" value={theme} options={themes} onChange={(next) => setAppearance({ theme: next })} />
      </SettingRow>
      <SettingRow title="Text size" text="Of everything in the window.">
        <Choice label="Text size" value={size} options={sizes} onChange={(next) => setAppearance({ size: next })} />
      </SettingRow>
      <SettingRow title="Send with" text={sendKey === 'enter' ? 'Shift Enter begins a new line.' : 'Enter begins a new line.'}>
        <Choice label="Send with" value={sendKey} options={sendKeys} onChange={(next) => void setPreference('sendKey', next).catch(tell)} />
      </SettingRow>
      <StaysAwakeRow />
    </SettingGroup>
  )
}
