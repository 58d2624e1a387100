import type { CoreEvent } from '@shared/rpc/contract'
import { gatewayState } from '../gateway-state'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'
import { watchLatest, type Source } from '../watch-latest'

/** The last batches are told; the rest is asked for. */
const mostBatches = 200
/** Milliseconds between two tellings of batches that run. */
const batchEveryMs = 500

export function eventHandlers(os: RpcImplementer, deps: RouterDeps) {
  const { accounts, alerts, config, directory, disk, work, closing } = deps
  const sources: readonly Source<CoreEvent>[] = [
    { read: () => ({ kind: 'config', config: config.state() }), onChange: (listener) => config.onChange(listener) },
    { read: () => ({ kind: 'gateway', gateway: gatewayState(deps) }), onChange: (listener) => config.onChange(listener) },
    { read: () => ({ kind: 'clusters', clusters: [...directory.snapshots()] }), onChange: (listener) => directory.onChange(listener) },
    { read: () => ({ kind: 'batches', batches: [...(work.batches.page({ limit: mostBatches }) ?? [])] }), onChange: (listener) => seldom(batchEveryMs, (changed) => work.batches.onChange(changed), listener) },
    { read: () => ({ kind: 'accounts', accounts: accounts.state() }), onChange: (listener) => both(accounts.onChange(listener), config.onChange(listener)) },
    { read: () => ({ kind: 'alerts', alerts: [...alerts.recent()] }), onChange: (listener) => alerts.onChange(listener) },
    { read: () => ({ kind: 'disk', ...disk.state() }), onChange: (listener) => disk.onChange(listener) },
  ]
  return {
    watch: os.events.watch.handler(({ signal }) => watchLatest(sources, signal === undefined ? closing : AbortSignal.any([signal, closing]))),
  }
}

const both = (one: () => void, other: () => void) => (): void => {
  one()
  other()
}

/** Tells the listener at once and then no more than once in a while. @returns how to stop */
function seldom(everyMs: number, onChange: (listener: () => void) => () => void, listener: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let isMissed = false
  const rest = (): void => {
    timer = setTimeout(() => {
      timer = undefined
      if (!isMissed) return
      isMissed = false
      listener()
      rest()
    }, everyMs).unref()
  }
  const stop = onChange(() => {
    if (timer !== undefined) {
      isMissed = true
      return
    }
    listener()
    rest()
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}
