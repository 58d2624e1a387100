import type { LiveCounters } from '@shared/domain/records'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'
import { watchLatest, type Source } from '../watch-latest'

const everyMs = 1_000

export function recordHandlers(os: RpcImplementer, { records, closing }: RouterDeps) {
  const liveCounters: Source<LiveCounters> = {
    read: () => records.live(),
    onChange(listener) {
      const timer = setInterval(listener, everyMs)
      return () => clearInterval(timer)
    },
  }
  return {
    recent: os.records.recent.handler(({ input }) => records.recent(input)),
    usage: os.records.usage.handler(async ({ input }) => ({ rows: await records.usage(input) })),
    series: os.records.series.handler(async ({ input }) => ({ points: await records.series(input) })),
    watch: os.records.watch.handler(({ signal }) => watchLatest([liveCounters], signal === undefined ? closing : AbortSignal.any([signal, closing]))),
    state: os.records.state.handler(() => records.state()),
  }
}
