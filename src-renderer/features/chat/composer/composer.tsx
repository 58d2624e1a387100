import { useDraft, usePreferences } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { useMilestone } from '@renderer/ui/milestone'
import { focusInPage } from '@renderer/ui/page-focus'
import { ArrowUp, Square } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { useChatEngine, useStreamingMessageId } from '../engine'
import { ModelPicker } from '../model-picker/model-picker'
import { tell } from '@renderer/ui/tell'
import type { Chat } from '../use-chat'
import { Meter } from './meter'
import { ModelNote } from './model-note'
import { Parameters } from './parameters'
import { SendQueue } from './send-queue'

export interface ComposerProps {
  readonly chat: Chat
  readonly conversationId: string | undefined
}

export function Composer({ chat, conversationId }: ComposerProps) {
  const engine = useChatEngine()
  const { sendKey } = usePreferences()
  const draft = useDraft(chat.draftId)
  const field = useRef<HTMLTextAreaElement>(null)
  const isStreaming = useStreamingMessageId(conversationId) !== undefined
  const isSendable = draft.text.trim() !== '' && chat.choice !== undefined

  useMilestone('window-usable', draft.isLoaded && chat.choice !== undefined)
  useEffect(() => {
    if (draft.isLoaded && field.current !== null) focusInPage(field.current)
  }, [draft.isLoaded, chat.draftId])

  const stop = () => {
    if (conversationId !== undefined) engine.stop(conversationId).catch(tell)
  }
  const send = async () => {
    if (!isSendable) return
    if (await chat.send(draft.text)) draft.clear()
  }
  const press = (event: KeyboardEvent) => {
    // While an input method composes, Enter takes its suggestion.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    const hasMod = event.ctrlKey || event.metaKey
    if (sendKey === 'mod-enter' && !hasMod) return
    event.preventDefault()
    void send()
  }
  useStopKey(isStreaming ? stop : undefined)

  return (
    <div className="mx-auto w-full max-w-[46rem] px-6 pb-2">
      <SendQueue conversationId={conversationId} onTakeBack={(text) => draft.set(draft.text === '' ? text : `${draft.text}\n\n${text}`)} />
      <form
        aria-label="Write a message"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
        className="rounded-xl border border-control bg-canvas focus-within:border-accent"
      >
        <textarea
          ref={field}
          aria-label="Message"
          placeholder={isStreaming ? 'Write the next message; it is sent when this answer ends' : 'Write a message'}
          value={draft.text}
          disabled={!draft.isLoaded}
          onChange={(event) => draft.set(event.target.value)}
          onKeyDown={press}
          rows={1}
          className="field-sizing-content block max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-base focus-visible:outline-none"
        />
        <div className="flex items-center gap-1 px-2 pb-2">
          <ModelPicker choice={chat.choice} model={chat.model} onChoose={(choice) => chat.configure({ choice })} />
          <Parameters chat={chat} />
          <div className="flex-1" />
          {isStreaming && (
            <Button onClick={stop} aria-keyshortcuts="Escape">
              <Square className="size-3! fill-current" strokeWidth={2} aria-hidden />
              Stop
            </Button>
          )}
          {(!isStreaming || isSendable) && (
            <Button look="primary" type="submit" disabled={!isSendable} className="gap-1">
              {isStreaming ? 'Queue' : 'Send'}
              <ArrowUp strokeWidth={2} aria-hidden />
            </Button>
          )}
        </div>
      </form>
      <ModelNote chat={chat} conversationId={conversationId} />
      <Meter chat={chat} conversationId={conversationId} />
    </div>
  )
}

/** Escape stops the answer, wherever the focus is, unless something that is open takes the key for itself. */
function useStopKey(stop: (() => void) | undefined): void {
  useEffect(() => {
    if (stop === undefined) return
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) stop()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [stop])
}
