import type { CoreEvent } from '@shared/rpc/contract'
import { gatewayState } from '../gateway-state'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'
import { watchLatest, type Source } from '../watch-latest'

export function eventHandlers(os: RpcImplementer, deps: RouterDeps) {
  const { alerts, config, directory, disk, closing } = deps
  const sources: readonly Source<CoreEvent>[] = [
    { read: () => ({ kind: 'config', config: config.state() }), onChange: (listener) => config.onChange(listener) },
    { read: () => ({ kind: 'gateway', gateway: gatewayState(deps) }), onChange: (listener) => config.onChange(listener) },
    { read: () => ({ kind: 'clusters', clusters: [...directory.snapshots()] }), onChange: (listener) => directory.onChange(listener) },
    { read: () => ({ kind: 'alerts', alerts: [...alerts.recent()] }), onChange: (listener) => alerts.onChange(listener) },
    { read: () => ({ kind: 'disk', ...disk.state() }), onChange: (listener) => disk.onChange(listener) },
  ]
  return {
    watch: os.events.watch.handler(({ signal }) => watchLatest(sources, signal === undefined ? closing : AbortSignal.any([signal, closing]))),
  }
}
