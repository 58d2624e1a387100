/** What goes along with a step that may take long. */
export interface Step {
  /** Aborted when the app quits: what was begun elsewhere goes on there. */
  readonly leaving: AbortSignal
  /** Aborted when the batch is cancelled or has expired: what was begun is stopped. */
  readonly ending: AbortSignal
  /** How far it is, or why it does not go on; undefined when there is nothing to say. */
  readonly onWait: (words: string | undefined) => void
}

/** Aborted by either. */
export const stopOf = ({ leaving, ending }: Step): AbortSignal => AbortSignal.any([leaving, ending])

/** Tells how much of a file was copied, once a percent. @param what `Copying the requests to ALCF` */
export function tellBytes({ onWait }: Step, what: string, totalBytes: number | undefined): (doneBytes: number) => void {
  let said = ''
  return (doneBytes) => {
    const words = totalBytes === undefined || totalBytes === 0 ? `${what}.` : `${what}: ${Math.min(100, Math.floor((doneBytes / totalBytes) * 100))} % of ${sizeWords(totalBytes)}.`
    if (words === said) return
    said = words
    onWait(words)
  }
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

export function sizeWords(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power] ?? ''}`
}
