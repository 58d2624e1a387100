import { useCallback, useEffect } from 'react'
import { useStore } from 'zustand'
import { useCoreState } from '../rpc/hooks'
import { useLocalData } from './context'
import type { Known, Question } from './last-known'

const unknownYet: Known<never> = { isAsking: true }

/**
 * What is known of the answer to a question, asked when a page shows it, when the core is back, and as often as the question says.
 * The question must stay the same object from one drawing to the next.
 */
export function useKnown<T>(question: Question<T>): Known<T> & { readonly ask: () => Promise<void> } {
  const { lastKnown } = useLocalData()
  const isOpen = useCoreState((state) => state.connection === 'open')
  // Only this question's `ask`, and a value its schema took, come under its key.
  const known = useStore(lastKnown.state, (all) => all[question.key] as Known<T> | undefined)
  const ask = useCallback(() => lastKnown.ask(question), [lastKnown, question])
  useEffect(() => {
    void ask()
    const { key, everyMs } = question
    const isIdle = () => lastKnown.state.getState()[key]?.isAsking === false
    const timer = everyMs !== undefined && isOpen ? setInterval(() => !document.hidden && isIdle() && void ask(), everyMs) : undefined
    return () => clearInterval(timer)
  }, [lastKnown, question, isOpen, ask])
  useEffect(
    () => () => {
      if (question.isKept === false) lastKnown.forget(question.key)
    },
    [lastKnown, question],
  )
  return { ...(known ?? unknownYet), ask }
}
