import { useCoreClient } from '@renderer/rpc'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { tell } from '@renderer/ui/tell'
import type { Account } from '@shared/domain/account'
import { tellSignedOut } from './tell-signed-out'
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
    tellSignedOut(`${call} is signed out of ${title}`, left, logoutUrl)
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
