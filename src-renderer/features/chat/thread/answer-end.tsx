import { SignInToSite } from '@renderer/features/accounts'
import type { BranchMessage } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { CircleAlert, CirclePause, KeyRound, RotateCcw, StepForward } from 'lucide-react'
import { useChatEngine } from '../engine'
import { tell } from '@renderer/ui/tell'

/** Why an answer ended where it did, where that was not by itself, and the way on. */
export function AnswerEnd({ message }: { readonly message: BranchMessage }) {
  const engine = useChatEngine()
  const { id, state, content, error } = message
  if (state === 'failed' && error?.signIn !== undefined)
    return (
      <div role="group" aria-label="The answer failed" className="mt-2 flex items-center gap-3 rounded-lg border border-line bg-wait-soft px-3 py-2.5">
        <KeyRound className="size-4 shrink-0 text-wait" strokeWidth={1.75} aria-hidden />
        <p className="min-w-0 flex-1 text-sm wrap-anywhere">{error.message}</p>
        <SignInToSite site={error.signIn.site} {...(error.signIn.account !== undefined && { account: error.signIn.account })} reason={error.signIn.reason} look="primary" purpose={id} onDone={() => void engine.retry(id).catch(tell)} />
      </div>
    )
  if (state === 'failed')
    return (
      <div role="group" aria-label="The answer failed" className="mt-2 flex items-start gap-3 rounded-lg border border-line bg-fail-soft px-3 py-2.5">
        <CircleAlert className="mt-0.5 size-4 shrink-0 text-fail" strokeWidth={1.75} aria-hidden />
        <div className="min-w-0 flex-1 text-sm">
          <p className="wrap-anywhere">{error?.message ?? 'The answer failed.'}</p>
          {error?.action !== undefined && <p className="text-ink-mute">{error.action}</p>}
        </div>
        {content !== '' && (
          <Button look="quiet" className="h-7" onClick={() => void engine.continueAnswer(id).catch(tell)}>
            <StepForward strokeWidth={1.75} aria-hidden />
            Continue
          </Button>
        )}
        <Button className="h-7" onClick={() => void engine.retry(id).catch(tell)}>
          <RotateCcw strokeWidth={1.75} aria-hidden />
          Retry
        </Button>
      </div>
    )
  const why = whyItEnded(message)
  if (why === undefined) return null
  return (
    <div className="mt-2 flex items-center gap-2 text-sm text-ink-mute">
      <CirclePause className="size-4 shrink-0" strokeWidth={1.75} aria-hidden />
      <span>{why}</span>
      {content !== '' && (
        <Button look="quiet" className="h-7 px-2 text-accent" onClick={() => void engine.continueAnswer(id).catch(tell)}>
          <StepForward strokeWidth={1.75} aria-hidden />
          Continue
        </Button>
      )}
    </div>
  )
}

function whyItEnded({ state, error, finishReason }: BranchMessage): string | undefined {
  if (state === 'stopped') return 'Stopped.'
  if (state === 'interrupted') return error?.message ?? 'Interrupted: FIRST Desktop ended while this answer came.'
  return finishReason === 'length' ? 'Cut at the longest answer that is allowed.' : undefined
}
