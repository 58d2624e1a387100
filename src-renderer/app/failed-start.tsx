import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import type { Problem } from '@renderer/ui/problem'
import { CircleAlert } from 'lucide-react'

export function FailedStart({ problem }: { readonly problem: Problem }) {
  return (
    <main className="flex h-full items-center justify-center">
      <EmptyState
        icon={CircleAlert}
        title={problem.message}
        action={
          <Button look="primary" onClick={() => location.reload()}>
            Try again
          </Button>
        }
      >
        {problem.action}
      </EmptyState>
    </main>
  )
}
