import { counted } from '@renderer/ui/format'
import { toast } from 'sonner'

/** @param left tokens that could not be revoked; @param logoutUrl ends the browser's own sign-in with Globus */
export function tellSignedOut(said: string, left: number, logoutUrl: string): void {
  toast(said, {
    description: left === 0 ? 'Your browser may still be signed in with Globus.' : `${counted(left, 'token')} could not be revoked and end by themselves. Your browser may still be signed in with Globus.`,
    // Long enough to be read and used: nothing else says it.
    duration: 20_000,
    closeButton: true,
    action: { label: 'End that too', onClick: () => window.open(logoutUrl, '_blank', 'noreferrer') },
  })
}
