import { useMemo, useRef } from 'react'

export interface ReturnFocus {
  readonly onOpenAutoFocus: () => void
  readonly onCloseAutoFocus: (event: Event) => void
}

/** For a dialog that no trigger of its own opens: what had the focus before gets it back, unless a page has taken it in the meantime. */
export function useReturnFocus(): ReturnFocus {
  const before = useRef<Element>(null)
  return useMemo(
    () => ({
      onOpenAutoFocus: () => {
        before.current = document.activeElement
      },
      onCloseAutoFocus: (event) => {
        event.preventDefault()
        const isFree = document.activeElement === null || document.activeElement === document.body
        if (isFree && before.current instanceof HTMLElement) before.current.focus()
      },
    }),
    [],
  )
}
