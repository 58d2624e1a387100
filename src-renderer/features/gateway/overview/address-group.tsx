import { useSession } from '@renderer/rpc'
import { CopyButton } from '@renderer/ui/copy-button'
import { SettingGroup, SettingRow } from '@renderer/ui/setting-row'
import type { GatewayState } from '@shared/rpc/contract'
import { ExternalLink } from 'lucide-react'
import { keyFileOf } from './key-file'

/** Where programs find the gateway, who can reach it, and the owner's own key. */
export function AddressGroup({ gateway: { addresses, isBeyondLoopback } }: { readonly gateway: GatewayState }) {
  const session = useSession()
  const [here, ...elsewhere] = addresses
  const keyFile = session && keyFileOf(session.dataDir)
  return (
    <SettingGroup title="Address">
      {here !== undefined && (
        <>
          <AddressRow title="For OpenAI clients" address={`${here}/v1`} />
          <AddressRow title="For Anthropic clients" address={here} />
        </>
      )}
      {elsewhere.map((address) => (
        <AddressRow key={address} title="From other machines" address={`${address}/v1`} />
      ))}
      <SettingRow
        title={isBeyondLoopback ? 'Other machines reach it' : 'Only this machine reaches it'}
        text={
          isBeyondLoopback ? (
            <>
              Whoever reaches this port still needs a key, but what is sent is not encrypted. On a network you do not trust, set <Code>gateway.host</Code> to 127.0.0.1 and
              forward the port over ssh.
            </>
          ) : (
            <>
              Others come in by ssh: <Code>ssh -L {portOf(here)}:127.0.0.1:{portOf(here)} you@this-machine</Code>. Or set <Code>gateway.host</Code> in config.yaml to 0.0.0.0
              and start again: then every machine that reaches this one can try its keys, and what is sent is not encrypted.
            </>
          )
        }
      />
      {keyFile !== undefined && (
        <SettingRow title="Your own key" text={<span className="font-mono wrap-anywhere">{keyFile}</span>}>
          <CopyButton text={() => keyFile} label="Copy the path of your key" />
        </SettingRow>
      )}
      {here !== undefined && (
        <SettingRow title="API reference" text={<span className="font-mono">{here}/docs</span>}>
          <a
            href={`${here}/docs`}
            target="_blank"
            rel="noreferrer"
            className="inline-flex h-8 items-center gap-1.5 rounded-md px-3 text-sm font-medium text-ink-soft hover:bg-hover hover:text-ink"
          >
            Open
            <ExternalLink className="size-4" strokeWidth={1.75} aria-hidden />
            <span className="sr-only">the API reference in the browser</span>
          </a>
        </SettingRow>
      )}
    </SettingGroup>
  )
}

function AddressRow({ title, address }: { readonly title: string; readonly address: string }) {
  return (
    <SettingRow title={title} text={<span className="font-mono">{address}</span>}>
      <CopyButton text={() => address} label={`Copy ${address}`} />
    </SettingRow>
  )
}

function Code({ children }: { readonly children: React.ReactNode }) {
  return <code className="font-mono">{children}</code>
}

function portOf(address: string | undefined): string {
  return address === undefined ? '3477' : new URL(address).port
}
