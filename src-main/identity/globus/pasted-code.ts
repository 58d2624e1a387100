/** What somebody pasted: the code that Globus' page shows, or the whole address that the browser could not open. */
export interface PastedCode {
  readonly code?: string
  /** Where an address was pasted. */
  readonly state?: string
  readonly error?: string
}

/** @returns undefined where it is neither */
export function readPastedCode(text: string): PastedCode | undefined {
  const pasted = text.trim()
  if (/^[A-Za-z0-9._~+/=-]{4,2048}$/.test(pasted) && !URL.canParse(pasted)) return { code: pasted }
  if (pasted.length > 8192 || !URL.canParse(pasted)) return undefined
  const { searchParams } = new URL(pasted)
  return readAnswer(searchParams)
}

/** The answer of Globus in an address. @returns undefined where it has none, or says something twice */
export function readAnswer(query: URLSearchParams): PastedCode | undefined {
  if (['code', 'state', 'error'].some((name) => query.getAll(name).length > 1)) return undefined
  const code = query.get('code')
  const error = query.get('error')
  const state = query.get('state')
  if ((code === null) === (error === null)) return undefined
  return { ...(code !== null && { code }), ...(error !== null && { error }), ...(state !== null && { state }) }
}
