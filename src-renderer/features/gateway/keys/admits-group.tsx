import { useCoreState } from '@renderer/rpc'
import { SettingGroup } from '@renderer/ui/setting-row'
import { demandsOf } from './admits-words'

/** Who comes in without a key: people and programs that Globus vouches for. */
export function AdmitsGroup() {
  const admits = useCoreState((state) => state.gateway?.admits)
  if (admits === undefined) return null
  return (
    <SettingGroup title="Let in by Globus">
      <p className="px-4 py-3 text-xs text-ink-mute">
        Whoever meets all of this comes in with a token of Globus, without a key; it is set under <code className="font-mono">access.globus</code> in config.yaml.
      </p>
      <dl className="grid grid-cols-[9rem_1fr] gap-x-4 gap-y-2 px-4 py-3 text-sm">
        {demandsOf(admits).map(({ name, text, title }) => (
          <div key={name} className="contents">
            <dt className="text-ink-mute wrap-anywhere">{name}</dt>
            <dd className="wrap-anywhere" title={title}>
              {text}
            </dd>
          </div>
        ))}
      </dl>
    </SettingGroup>
  )
}
