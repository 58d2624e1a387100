import { useCallback, useState } from 'react'
import type { z } from 'zod'

/** A small piece of layout (a width, whether a panel is open) that this window remembers; needed before the first paint, hence localStorage. */
export function useKept<Value>(name: string, schema: z.ZodType<Value>, initial: Value): [Value, (value: Value) => void] {
  const key = `first.layout.${name}`
  const [value, setValue] = useState(() => {
    const kept = schema.safeParse(parse(localStorage.getItem(key)))
    return kept.success ? kept.data : initial
  })
  const keep = useCallback(
    (next: Value) => {
      setValue(next)
      localStorage.setItem(key, JSON.stringify(next))
    },
    [key],
  )
  return [value, keep]
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
