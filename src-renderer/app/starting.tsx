import { useConnection } from '@renderer/rpc'
import { Spinner } from '@renderer/ui/spinner'
import { useEffect, useState } from 'react'

/** The skeleton of index.html, and after a moment what is waited for. */
export function Starting() {
  const { connection } = useConnection()
  const [isSlow, setIsSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), 800)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="skeleton">
      <div className="skeleton-rail" />
      <div className="flex flex-1 items-center justify-center">
        {isSlow && (
          <p role="status" className="flex items-center gap-2 text-sm text-ink-mute">
            <Spinner />
            {connection === 'open' ? 'Opening your conversations…' : 'Looking for your conversations and their backups…'}
          </p>
        )}
      </div>
    </div>
  )
}
