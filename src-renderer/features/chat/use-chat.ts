import { type ConversationSettings, newChatDraft, useConversation, useClusters, useLocalData, usePreferences, useSetPreference } from '@renderer/db'
import { tell } from '@renderer/ui/tell'
import type { ChatParameters, Conversation, ModelChoice } from '@shared/domain/conversation'
import type { ModelInfo } from '@shared/domain/model'
import { useCallback, useState } from 'react'
import { useLocation } from 'wouter'
import { useChatEngine } from './engine'
import { findModel, resolveChoice } from './model-picker/choose-model'
import { chatPath } from './paths'

export interface Chat {
  /** Absent for a chat that does not exist yet; `null` where there is none of this id. */
  readonly conversation: Conversation | null | undefined
  readonly draftId: string
  /** Who answers the next message; absent while no model is known. */
  readonly choice: ModelChoice | undefined
  readonly model: ModelInfo | undefined
  /** What this conversation was held with, where no cluster lists it any more. */
  readonly missing: ModelChoice | undefined
  readonly systemPrompt: string
  readonly parameters: ChatParameters
  readonly configure: (settings: ConversationSettings) => void
  /** Resolves to false where the message could not be sent; the person has been told. */
  readonly send: (text: string) => Promise<boolean>
}

export function useChat(conversationId: string | undefined): Chat {
  const { history } = useLocalData()
  const engine = useChatEngine()
  const [, navigate] = useLocation()
  const { clusters, isLoaded } = useClusters()
  const preferences = usePreferences()
  const setPreference = useSetPreference()
  const conversation = useConversation(conversationId)
  const [unsaved, setUnsaved] = useState<ConversationSettings>({})

  const settings = conversation ?? {
    systemPrompt: unsaved.systemPrompt ?? preferences.defaultSystemPrompt,
    parameters: unsaved.parameters ?? preferences.defaultParameters,
    choice: unsaved.choice,
  }
  const choice = resolveChoice([settings.choice, preferences.lastChoice ?? undefined], clusters)

  const configure = useCallback(
    (changes: ConversationSettings) => {
      if (changes.choice !== undefined) setPreference('lastChoice', changes.choice).catch(tell)
      if (conversationId === undefined) setUnsaved((now) => ({ ...now, ...changes }))
      else history.configure(conversationId, changes).catch(tell)
    },
    [conversationId, history, setPreference],
  )

  const { systemPrompt, parameters } = settings
  const send = async (text: string): Promise<boolean> => {
    if (choice === undefined) return false
    try {
      const id = conversationId ?? (await history.createConversation({ choice, systemPrompt, parameters })).id
      await engine.send({ conversationId: id, text, choice })
      if (conversationId === undefined) {
        setUnsaved({})
        navigate(chatPath(id), { replace: true })
      }
      return true
    } catch (cause) {
      tell(cause)
      return false
    }
  }

  return {
    conversation: conversationId === undefined ? undefined : conversation,
    draftId: conversationId ?? newChatDraft,
    choice,
    model: choice && findModel(clusters, choice),
    missing: isLoaded && settings.choice !== undefined && findModel(clusters, settings.choice) === undefined ? settings.choice : undefined,
    systemPrompt,
    parameters,
    configure,
    send,
  }
}
