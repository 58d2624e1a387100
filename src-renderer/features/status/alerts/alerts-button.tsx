import { useCoreState } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { count } from '@renderer/ui/format'
import { Popover } from '@renderer/ui/popover'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusShape } from '@renderer/ui/status-mark'
import type { Alert } from '@shared/domain/alert'
import type { ModelStatus } from '@shared/domain/model'
import { Bell } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useStatusView } from '../view-store'
import { alertTitles } from './fresh-alerts'
import { showInStatus } from './show-in-status'

const none: readonly Alert[] = []
const shapes: Readonly<Record<Alert['kind'], ModelStatus>> = { replica_failed: 'failed', cluster_unreachable: 'failed', sign_in_needed: 'queued', cluster_back: 'live', walltime_near: 'queued' }

/** The last alerts, newest first; how many of them nobody has looked at yet is on the button. Nothing while there are none. */
export function AlertsButton() {
  const alerts = useCoreState((state) => state.alerts) ?? none
  const seenMs = useStatusView((state) => state.alertsSeenMs)
  const [isOpen, setIsOpen] = useState(false)
  const unseen = alerts.filter(({ atMs }) => atMs > seenMs).length
  const openChange = (next: boolean) => {
    setIsOpen(next)
    // Also those that came while the list was open were seen.
    useStatusView.setState({ alertsSeenMs: alerts.at(-1)?.atMs ?? 0 })
  }
  if (alerts.length === 0) return null
  return (
    <Popover
      isOpen={isOpen}
      onOpenChange={openChange}
      label="Alerts"
      align="end"
      className="w-96 max-w-[calc(100vw-2rem)]"
      trigger={
        <Button>
          <Bell strokeWidth={1.75} aria-hidden />
          Alerts
          {unseen > 0 && <span className="rounded-full bg-fail-soft px-1.5 text-xs text-fail tabular-nums">{count(unseen)}<span className="sr-only"> new</span></span>}
        </Button>
      }
    >
      <ul aria-label="Alerts" tabIndex={0} className="max-h-[60dvh] divide-y divide-line overflow-y-auto rounded-xl focus-visible:-outline-offset-2">
        {alerts.toReversed().map((alert) => (
          <AlertItem key={alert.id} alert={alert} onShow={() => openChange(false)} />
        ))}
      </ul>
    </Popover>
  )
}

function AlertItem({ alert, onShow }: { readonly alert: Alert; readonly onShow: () => void }) {
  const [, navigate] = useLocation()
  const { kind, atMs, message } = alert
  return (
    <li className="flex items-start gap-2.5 px-4 py-2.5">
      <StatusShape status={shapes[kind]} className="mt-[0.3125rem]" />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-2 text-sm font-medium">
          {alertTitles[kind]}
          <RelativeTime atMs={atMs} className="shrink-0 text-xs font-normal text-ink-mute" />
        </p>
        <p className="text-xs wrap-anywhere text-ink-soft">{message}</p>
        <button
          type="button"
          className="mt-0.5 rounded-sm text-xs font-medium text-accent hover:text-accent-strong"
          onClick={() => {
            onShow()
            navigate(showInStatus(alert))
          }}
        >
          Show {alert.model ?? alert.cluster}
        </button>
      </div>
    </li>
  )
}
