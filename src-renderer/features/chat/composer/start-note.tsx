import { useClusters } from '@renderer/db'
import { isKeptOff, useStartEstimate } from '@renderer/features/status'
import { Button } from '@renderer/ui/button'
import { StatusShape } from '@renderer/ui/status-mark'
import { tell } from '@renderer/ui/tell'
import type { ModelInfo } from '@shared/domain/model'
import { useChatEngine, useWaitingMessageId } from '../engine'
import { liveInstead, shortName } from '../model-picker/choose-model'
import type { Chat } from '../use-chat'
import { elapsed, startWords, usualWords } from '../start/start-words'
import { useSeconds } from '../start/use-seconds'

export interface StartNoteProps {
  readonly chat: Chat
  readonly model: ModelInfo
  readonly conversationId: string | undefined
}

/** While the model is not live: where it has got to, for how long, how long that usually takes, and what else can be done. */
export function StartNote({ chat, model, conversationId }: StartNoteProps) {
  const engine = useChatEngine()
  const { clusters } = useClusters()
  const estimate = useStartEstimate(model)
  const nowMs = useSeconds()
  const waitingId = useWaitingMessageId(conversationId)
  const isOnTheWay = model.status !== 'offline'
  const other = isOnTheWay || waitingId !== undefined ? liveInstead(clusters, model) : undefined
  const usual = isKeptOff(model.scaling?.wish) ? undefined : usualWords(model, estimate, nowMs)
  const elapsedMs = isOnTheWay && estimate.sinceMs !== undefined ? nowMs - estimate.sinceMs : undefined

  const askInstead = (instead: ModelInfo) => {
    const choice = { model: instead.id, cluster: instead.cluster }
    chat.configure({ choice })
    // What waits for the model that starts is asked of the other one.
    if (waitingId !== undefined) engine.regenerate(waitingId, choice).catch(tell)
  }
  return (
    <div role="group" aria-label="The model is not live yet" className="flex items-start gap-2 px-2 pt-1.5 text-xs text-ink-mute">
      <StatusShape status={model.status} className="mt-[0.4375rem]" />
      <div className="flex min-h-6 min-w-0 flex-wrap items-center gap-x-3">
        <p className="min-w-0">
          {waitingId !== undefined ? (
            // The answer's place says how far it is.
            'Not live yet.'
          ) : (
            <>
              <span role="status">{startWords(model)}</span>
              {elapsedMs !== undefined && (
                <span className="tabular-nums" aria-hidden>
                  , for {elapsed(elapsedMs)}
                </span>
              )}
              {usual !== undefined && <span className="tabular-nums">; {usual}</span>}.{isOnTheWay && model.reason !== undefined && ` ${model.reason}`}
            </>
          )}
        </p>
        {other !== undefined && (
          <Button look="quiet" className="h-6 px-0 text-xs text-accent hover:bg-transparent hover:text-accent-strong" onClick={() => askInstead(other)} title={`${other.id} on ${other.cluster} is live`}>
            Use {shortName(other.id)}
            {other.id === model.id ? ` on ${other.cluster}` : ''} instead
          </Button>
        )}
        {waitingId !== undefined && conversationId !== undefined && (
          <Button look="quiet" className="h-6 px-0 text-xs hover:bg-transparent" onClick={() => void engine.stop(conversationId).catch(tell)}>
            Cancel
          </Button>
        )}
      </div>
    </div>
  )
}
