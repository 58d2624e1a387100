import { useSession } from '@renderer/rpc'
import { SettingGroup, SettingRow } from '@renderer/ui/setting-row'

/** Works of others that are part of the window, with their licences. */
const works = [
  { name: 'Inter', licence: 'SIL Open Font License 1.1' },
  { name: 'JetBrains Mono', licence: 'SIL Open Font License 1.1' },
  { name: 'React, Radix, Dexie, KaTeX, Shiki, Zod and others', licence: 'MIT, Apache-2.0, ISC' },
] as const

export function AboutSection() {
  const session = useSession()
  return (
    <>
      <SettingGroup>
        <SettingRow title="FIRST Desktop" text="Federated Inference Resource Scheduling Toolkit, on one desk.">
          <span className="text-sm tabular-nums">{session === undefined ? '…' : `Version ${session.version}`}</span>
        </SettingRow>
        <SettingRow title="Runs as">
          <span className="text-sm">{session === undefined ? '…' : `${session.host === 'desktop' ? 'Desktop app' : 'Server, shown in a browser'} (${session.platform})`}</span>
        </SettingRow>
        <SettingRow title="Licence">
          <span className="text-sm">Apache-2.0</span>
        </SettingRow>
      </SettingGroup>
      <SettingGroup title="Made with">
        {works.map(({ name, licence }) => (
          <SettingRow key={name} title={name}>
            <span className="text-sm text-ink-mute">{licence}</span>
          </SettingRow>
        ))}
      </SettingGroup>
    </>
  )
}
