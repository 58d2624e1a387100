/** What a page asked the focus for while a dialog had it. */
let wanted: HTMLElement | undefined

/**
 * Gives an element of the page the focus, or, while a dialog has it, when that dialog closes.
 * A dialog that is robbed of the focus takes it back and selects what was typed, so that the next key would replace it.
 */
export function focusInPage(element: HTMLElement): void {
  const isInDialog = document.activeElement?.closest('[role$=dialog][data-state=open]') != null
  if (isInDialog) wanted = element
  else element.focus()
}

/** What a page asked for since the last call. */
export function takeWantedFocus(): HTMLElement | undefined {
  const element = wanted
  wanted = undefined
  return element?.isConnected === true ? element : undefined
}
