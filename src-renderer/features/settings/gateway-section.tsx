import { useClusters } from '@renderer/db'
import { useSession } from '@renderer/rpc'
import { Choice } from '@renderer/ui/choice'
import { CopyButton } from '@renderer/ui/copy-button'
import type { Session } from '@shared/rpc/contract'
import { useState } from 'react'
import { SettingGroup, SettingRow } from '@renderer/ui/setting-row'
import { snippets, type SnippetKind } from './snippets'

const kinds = [
  { value: 'curl', label: 'curl' },
  { value: 'python', label: 'Python' },
  { value: 'javascript', label: 'JavaScript' },
] as const satisfies readonly { value: SnippetKind; label: string }[]

/** How programs on this machine reach every model that the window reaches. */
export function GatewaySection() {
  const session = useSession()
  if (session === undefined) return <p className="text-sm text-ink-mute">Known as soon as FIRST Desktop answers this window.</p>
  return <Access session={session} />
}

function Access({ session: { publicUrl: address, dataDir } }: { readonly session: Session }) {
  const { clusters } = useClusters()
  const [kind, setKind] = useState<SnippetKind>('curl')
  const models = clusters.flatMap((cluster) => cluster.models)
  const model = models.find(({ status, isGuide }) => status === 'live' && isGuide !== true) ?? models[0]
  const keyFile = `${dataDir}${dataDir.includes('\\') ? '\\' : '/'}local.key`
  const text = snippets[kind]({ address, keyFile, model: model?.id ?? 'guide' })
  return (
    <>
      <p className="mb-6 text-sm text-ink-soft">Scripts and agents on this machine use every model of this window through one OpenAI-compatible address. Nothing answers without a key, and nothing beyond this machine is let in.</p>
      <SettingGroup>
        <SettingRow title="Address" text={<span className="font-mono">{address}</span>}>
          <CopyButton text={() => address} label="Copy the address" />
        </SettingRow>
        <SettingRow title="Your key" text={<span className="font-mono wrap-anywhere">{keyFile}</span>}>
          <CopyButton text={() => keyFile} label="Copy the path of the key" />
        </SettingRow>
      </SettingGroup>
      <SettingGroup title="Try it" action={<Choice label="Language" value={kind} options={kinds} onChange={setKind} />}>
        <div className="relative bg-sunken">
          <pre tabIndex={0} aria-label="Example" className="overflow-x-auto p-4 pr-12 font-mono text-xs leading-5 focus-visible:-outline-offset-2">
            {text}
          </pre>
          <CopyButton text={() => text} label="Copy the example" className="absolute top-2 right-2" />
        </div>
      </SettingGroup>
    </>
  )
}
