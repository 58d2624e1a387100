import { useCoreClient, useSession } from '@renderer/rpc'
import { useAppearance } from '@renderer/ui/appearance'
import { tell } from '@renderer/ui/tell'
import { useEffect } from 'react'

/** Tells the desktop which theme holds: it paints the frame, and the background of the next start. */
export function useFrameTheme(): void {
  const client = useCoreClient()
  const isDesktop = useSession()?.host === 'desktop'
  const { theme } = useAppearance()
  useEffect(() => {
    if (isDesktop) client.shell.setTheme({ theme }).catch(tell)
  }, [client, isDesktop, theme])
}
