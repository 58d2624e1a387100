import type { BatchOrder } from '@renderer/db'
import { useEffect, useState } from 'react'
import { readFirstRequest, type FirstRequest } from '../work/first-request'
import type { Draft } from '../work/intake'
import { OrderForm } from './order-form'

/** A batch can be ordered while the core cannot be reached: it is checked when it gets there. */
export function WithoutReport({ draft, onQueue }: { readonly draft: Draft; readonly onQueue: (order: BatchOrder) => Promise<void> }) {
  const [first, setFirst] = useState<FirstRequest>()
  const [model, setModel] = useState<string>()
  const { file } = draft
  useEffect(() => {
    let isWanted = true
    const show = (found: FirstRequest): void => {
      if (isWanted) setFirst(found)
    }
    // Sent already: the core has what would be read here.
    if (file === undefined) show({ endpoint: '/v1/chat/completions' })
    else readFirstRequest(file).then(show, () => show({ endpoint: '/v1/chat/completions' }))
    return () => {
      isWanted = false
    }
  }, [file])
  if (first === undefined) return null
  const lacksModel = first.model === undefined && file !== undefined
  return (
    <OrderForm
      name={draft.filename}
      endpoint={first.endpoint}
      models={first.model === undefined ? [] : [first.model]}
      requests={0}
      asksModel={lacksModel}
      model={model}
      onModel={setModel}
      hindrance={lacksModel && model === undefined ? 'Its first request names no model: choose one.' : undefined}
      action="Keep it and send it later"
      onQueue={onQueue}
    />
  )
}
