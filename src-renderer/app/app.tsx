import { LocalDataContext, type Opening } from '@renderer/db'
import { BatchWorkContext } from '@renderer/features/batches'
import { ChatEngineContext } from '@renderer/features/chat/engine'
import { CoreContext } from '@renderer/rpc'
import { problemOf } from '@renderer/ui/problem'
import { TooltipProvider } from '@renderer/ui/tooltip'
import { useEffect, useState, type CSSProperties } from 'react'
import { Toaster } from 'sonner'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { FailedStart } from './failed-start'
import type { OpenedWindow, Parts } from './open-window'
import { RecoveryPage } from './recovery-page'
import { Shell } from './shell'
import { Starting } from './starting'

type Stage =
  | { readonly kind: 'starting' }
  | { readonly kind: 'offer'; readonly opening: Exclude<Opening, { kind: 'ok' }> }
  | { readonly kind: 'ready'; readonly parts: Parts }
  | { readonly kind: 'failed'; readonly cause: unknown }

export function App({ opened }: { readonly opened: OpenedWindow }) {
  const [stage, setStage] = useState<Stage>({ kind: 'starting' })

  useEffect(() => {
    let isWanted = true
    const begin = async () => {
      const opening = await opened.opening
      if (!isWanted) return
      if (opening.kind === 'ok') setStage({ kind: 'ready', parts: await opened.start(opening.db) })
      else setStage({ kind: 'offer', opening })
    }
    begin().catch((cause: unknown) => setStage({ kind: 'failed', cause }))
    return () => {
      isWanted = false
    }
  }, [opened])

  return (
    <CoreContext value={opened.core}>
      <TooltipProvider delayDuration={400} skipDelayDuration={100}>
        <Router hook={useHashLocation}>
          {stage.kind === 'starting' && <Starting />}
          {stage.kind === 'failed' && <FailedStart problem={problemOf(stage.cause)} />}
          {stage.kind === 'offer' && (
            <RecoveryPage opening={stage.opening} start={opened.start} onReady={(parts) => setStage({ kind: 'ready', parts })} />
          )}
          {stage.kind === 'ready' && (
            <LocalDataContext value={stage.parts.data}>
              <ChatEngineContext value={stage.parts.engine}>
                <BatchWorkContext value={stage.parts.batchWork}>
                  <Shell />
                </BatchWorkContext>
              </ChatEngineContext>
            </LocalDataContext>
          )}
        </Router>
        <Toaster
          position="bottom-left"
          // Over the foot of the sidebar: nothing that is read or pressed is there.
          offset={{ bottom: 12, left: 56 }}
          style={{ '--width': '15.5rem' } as CSSProperties}
          toastOptions={{
            unstyled: true,
            classNames: {
              toast: 'flex w-full font-sans items-center gap-3 rounded-lg border border-line bg-raised px-4 py-3 text-sm text-ink shadow-pop',
              content: 'min-w-0 flex-1',
              description: 'text-xs text-ink-mute',
              actionButton: 'h-7 shrink-0 rounded-md border border-line px-2.5 text-sm font-medium text-accent hover:bg-hover',
              closeButton: 'order-last size-6 text-ink-mute [&>svg]:mx-auto [&>svg]:size-4',
            },
          }}
        />
      </TooltipProvider>
    </CoreContext>
  )
}
