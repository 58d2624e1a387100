import { useEffect, useState, type ComponentType } from 'react'
import { useErrorBoundary } from 'react-error-boundary'

export interface LatePage {
  readonly Page: ComponentType
  /** Fetches its code ahead of its first showing. */
  readonly fetch: () => Promise<void>
}

/**
 * A page whose code is fetched when it is first shown, or before.
 * Not React's `lazy`, which shows the fallback for 300 ms even where the code is there already.
 */
export function latePage(load: () => Promise<ComponentType>): LatePage {
  let loaded: ComponentType | undefined
  const fetch = async (): Promise<void> => {
    loaded ??= await load()
  }

  function Page() {
    const [isHere, setIsHere] = useState(loaded !== undefined)
    const { showBoundary } = useErrorBoundary()
    useEffect(() => {
      if (!isHere) fetch().then(() => setIsHere(true), showBoundary)
    }, [isHere, showBoundary])
    const Loaded = loaded
    return isHere && Loaded !== undefined ? <Loaded /> : <main id="main" tabIndex={-1} className="flex-1" />
  }

  return { Page, fetch }
}
