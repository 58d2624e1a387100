import { useMemo, useRef } from 'react'
import { takeWantedFocus } from './page-focus'

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
        takeWantedFocus()
        before.current = document.activeElement
      },
      onCloseAutoFocus: (event) => {
        event.preventDefault()
        const isFree = document.activeElement === null || document.activeElement === document.body
        const next = takeWantedFocus() ?? before.current
        if (isFree && next instanceof HTMLElement) next.focus()
      },
    }),
    [],
  )
}
