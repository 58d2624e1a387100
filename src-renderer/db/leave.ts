/** Calls `flush` when the window may go: a page that is hidden can be ended without another word. */
export function flushOnLeave(flush: () => Promise<void>, onError: (cause: unknown) => void): void {
  const leave = (): void => void flush().catch(onError)
  window.addEventListener('pagehide', leave)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave()
  })
}
