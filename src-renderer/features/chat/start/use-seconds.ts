import { useEffect, useState } from 'react'

/** Unix milliseconds, moving on each second. */
export function useSeconds(): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}
