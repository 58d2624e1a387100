import { useConnection, useCore, useCoreState } from '@renderer/rpc'
import { Banner } from '@renderer/ui/banner'
import { Button } from '@renderer/ui/button'
import { bytes } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { useEffect, useState } from 'react'

/** What concerns the whole window, above every page. */
export function Banners() {
  return (
    <>
      <LostConnection />
      <ConfigProblems />
      <LowDisk />
    </>
  )
}

/** A break shorter than this passes without a word. */
const patienceMs = 1500

function LostConnection() {
  const { connection, sinceMs } = useConnection()
  return connection === 'lost' ? <Lost key={sinceMs} sinceMs={sinceMs} /> : null
}

function Lost({ sinceMs }: { readonly sinceMs: number }) {
  const core = useCore()
  const [isLong, setIsLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), Math.max(0, sinceMs + patienceMs - Date.now()))
    return () => clearTimeout(timer)
  }, [sinceMs])
  if (!isLong) return null
  return (
    <Banner
      tone="wait"
      action={
        <Button look="quiet" className="h-7" onClick={() => core.retryNow()}>
          Try now
        </Button>
      }
    >
      FIRST Desktop does not answer this window (<RelativeTime atMs={sinceMs} />
      ). Your conversations are here; what you see of models and servers may be old. It connects again by itself.
    </Banner>
  )
}

function ConfigProblems() {
  const config = useCoreState((state) => state.config)
  const first = config?.problems[0]
  if (config === undefined || first === undefined) return null
  const more = config.problems.length - 1
  return (
    <Banner tone="fail">
      <span className="font-mono text-xs">{config.path}</span>, line {first.line}
      {first.key !== '' && (
        <>
          , <span className="font-mono text-xs">{first.key}</span>
        </>
      )}
      : {first.message}
      {more > 0 && ` (and ${more} more)`}. The last good settings stay in use until it is corrected.
    </Banner>
  )
}

function LowDisk() {
  const disk = useCoreState((state) => state.disk)
  if (disk?.isLow !== true) return null
  return <Banner tone="wait">Only {bytes(disk.freeBytes)} are free on the disk of your data. Free some space, or new answers cannot be kept.</Banner>
}
