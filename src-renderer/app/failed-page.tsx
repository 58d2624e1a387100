import { Button } from '@renderer/ui/button'
import { CopyButton } from '@renderer/ui/copy-button'
import { EmptyState } from '@renderer/ui/empty-state'
import { CircleAlert } from 'lucide-react'
import type { FallbackProps } from 'react-error-boundary'

/** In place of a page that cannot be shown; the rest of the window goes on. */
export function FailedPage({ error, resetErrorBoundary }: FallbackProps) {
  const text = String(error)
  return (
    <main id="main" tabIndex={-1} className="flex flex-1 items-center justify-center overflow-y-auto">
      <EmptyState
        icon={CircleAlert}
        title="This page cannot be shown"
        action={
          <div className="flex gap-2">
            <Button look="primary" onClick={resetErrorBoundary}>
              Try again
            </Button>
            <Button onClick={() => location.reload()}>Reload the window</Button>
          </div>
        }
      >
        <p role="alert">What is stored is kept, and the other pages go on working.</p>
        <p className="mt-3 flex items-start gap-1 rounded-md bg-sunken py-1 pr-1 pl-3 text-left">
          <span className="min-w-0 flex-1 py-1 font-mono text-xs break-words text-ink-soft">{text}</span>
          <CopyButton text={() => text} label="Copy this message" />
        </p>
      </EmptyState>
    </main>
  )
}
