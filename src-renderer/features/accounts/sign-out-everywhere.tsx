import { useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { counted } from '@renderer/ui/format'
import { tell } from '@renderer/ui/tell'
import type { Account } from '@shared/domain/account'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { tellSignedOut } from './tell-signed-out'

/** Ends every sign-in at once; there where several are. */
export function SignOutEverywhere({ accounts, isOld }: { readonly accounts: readonly Account[]; readonly isOld: boolean }) {
  const client = useCoreClient()
  const [isAsking, setIsAsking] = useState(false)
  const signOut = async () => {
    let left = 0
    let page = ''
    for (const { id } of accounts) {
      const ended = await client.accounts.signOut({ account: id })
      left += ended.left
      page = ended.logoutUrl
    }
    tellSignedOut('You are signed out everywhere', left, page)
  }
  return (
    <>
      <Button disabled={isOld} onClick={() => setIsAsking(true)}>
        <LogOut strokeWidth={1.75} aria-hidden />
        Sign out everywhere…
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Sign out ${counted(accounts.length, 'account')}?`}
        description="All tokens are revoked at Globus and forgotten here; those of another program are forgotten only. Batches that need a site wait until somebody signs in; your conversations stay."
        action="Sign out everywhere"
        onConfirm={() => signOut().catch(tell)}
      />
    </>
  )
}
