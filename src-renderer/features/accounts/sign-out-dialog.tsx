import { useCoreClient } from '@renderer/rpc'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { counted } from '@renderer/ui/format'
import { tell } from '@renderer/ui/tell'
import type { Account } from '@shared/domain/account'
import { toast } from 'sonner'
import { callOf } from './words'

export interface SignOutDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly account: Account
  /** Of the site. */
  readonly title: string
}

export function SignOutDialog({ isOpen, onClose, account, title }: SignOutDialogProps) {
  const client = useCoreClient()
  const call = callOf(account)
  const signOut = async () => {
    const { left, logoutUrl } = await client.accounts.signOut({ account: account.id })
    // Long enough to be read and used: nothing else says it.
    toast(`${call} is signed out of ${title}`, {
      description: left === 0 ? 'Your browser may still be signed in with Globus.' : `${counted(left, 'token')} could not be revoked and end by themselves. Your browser may still be signed in with Globus.`,
      duration: 20_000,
      closeButton: true,
      action: { label: 'End that too', onClick: () => window.open(logoutUrl, '_blank', 'noreferrer') },
    })
  }
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Sign ${call} out of ${title}?`}
      description={
        account.isBorrowed
          ? `The tokens are forgotten here. They belong to another program, which stays signed in. Batches that need ${title} wait until somebody signs in.`
          : `Its tokens are revoked at Globus and forgotten here. Batches that need ${title} wait until somebody signs in; your conversations stay.`
      }
      action="Sign out"
      onConfirm={() => signOut().catch(tell)}
    />
  )
}
