import { useConnection, useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { tell } from '@renderer/ui/tell'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'

export interface RefreshButtonProps {
  /** Absent: every one. */
  readonly cluster?: string
  readonly label: string
}

/** Asks a cluster, or every one, now; what comes is shown as it comes. */
export function RefreshButton({ cluster, label }: RefreshButtonProps) {
  const client = useCoreClient()
  const { connection } = useConnection()
  const [isBusy, setIsBusy] = useState(false)
  const refresh = () => {
    setIsBusy(true)
    client.clusters
      .refresh(cluster === undefined ? {} : { cluster })
      .catch(tell)
      .finally(() => setIsBusy(false))
  }
  return (
    <Button onClick={refresh} isBusy={isBusy} disabled={connection !== 'open'}>
      {!isBusy && <RefreshCw strokeWidth={1.75} aria-hidden />}
      {label}
    </Button>
  )
}
