import { alertTitles, freshAlerts, showInStatus, statusPath } from '@renderer/features/status'
import { useCoreState } from '@renderer/rpc'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { useLocation } from 'wouter'

/** When this window was opened, Unix milliseconds: what came about before is not told again. */
const openedAtMs = performance.timeOrigin
/** More than so many at once, as after a sleep, are one word. */
const mostAtOnce = 3

/** Tells of each new alert once, with the way to what it is of. */
export function AlertToasts() {
  const alerts = useCoreState((state) => state.alerts)
  const [, navigate] = useLocation()
  const told = useRef<ReadonlySet<string>>(undefined)
  useEffect(() => {
    if (alerts === undefined) return
    const fresh = freshAlerts(alerts, told.current, openedAtMs)
    told.current = new Set([...(told.current ?? []), ...alerts.map(({ id }) => id)])
    if (fresh.length > mostAtOnce) {
      toast(`${fresh.length} new alerts`, { action: { label: 'Show', onClick: () => navigate(statusPath('clusters')) } })
      return
    }
    for (const alert of fresh) toast(alertTitles[alert.kind], { id: alert.id, description: alert.message, duration: 10_000, classNames: { description: 'line-clamp-3 wrap-anywhere' }, action: { label: 'Show', onClick: () => navigate(showInStatus(alert)) } })
  }, [alerts, navigate])
  return null
}
