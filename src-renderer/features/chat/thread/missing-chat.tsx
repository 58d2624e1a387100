import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import { MessageSquareX } from 'lucide-react'
import { useLocation } from 'wouter'
import { newChatPath } from '../paths'

export function MissingChat() {
  const [, navigate] = useLocation()
  return (
    <div className="flex flex-1 items-center justify-center">
      <EmptyState icon={MessageSquareX} title="This conversation is not on this computer" action={<Button onClick={() => navigate(newChatPath)}>Start a new one</Button>}>
        It may have been deleted for good, or the address is from another window.
      </EmptyState>
    </div>
  )
}
