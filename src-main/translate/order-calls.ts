import type { Delta } from './delta'

/**
 * Puts a stream in an order in which every block ends before the next begins, as Messages and Responses need it: chat servers may mix
 * the arguments of parallel calls. What belongs to another block waits until the open call's arguments are whole.
 */
export function createCallOrder(): { push(delta: Delta): Delta[] } {
  let open: { readonly index: number; readonly arguments: JsonEnd } | undefined
  let waiting: Delta[] = []

  const pass = (delta: Delta): Delta[] => {
    if (delta.kind === 'arguments' && open?.index === delta.index) {
      open.arguments.push(delta.text)
      return waiting.length > 0 && open.arguments.isReached ? [delta, ...release()] : [delta]
    }
    if (delta.kind === 'end' || delta.kind === 'error') return [...drain(), delta]
    if (open !== undefined && !open.arguments.isReached) {
      waiting.push(delta)
      return []
    }
    open = delta.kind === 'call' ? { index: delta.index, arguments: createJsonEnd() } : undefined
    return [delta]
  }
  const release = (): Delta[] => {
    const held = waiting
    waiting = []
    return held.flatMap(pass)
  }
  /** At the end nothing more can make the open call whole. */
  const drain = (): Delta[] => {
    const passed: Delta[] = []
    while (waiting.length > 0) {
      const index = open?.index
      const isOwn = (delta: Delta): boolean => delta.kind === 'arguments' && delta.index === index
      const held = waiting
      open = undefined
      waiting = []
      passed.push(...held.filter(isOwn), ...held.filter((delta) => !isOwn(delta)).flatMap(pass))
    }
    return passed
  }
  return { push: pass }
}

interface JsonEnd {
  push(text: string): void
  /** The object, list or string that the text began with is closed. */
  readonly isReached: boolean
}

/** Looks at each letter once: arguments may be long, and come in pieces of a few letters. */
function createJsonEnd(): JsonEnd {
  let depth = 0
  let isInString = false
  let isEscaped = false
  let isReached = false
  return {
    push(text) {
      for (const letter of text) {
        if (isEscaped) isEscaped = false
        else if (isInString) {
          isEscaped = letter === '\\'
          if (letter === '"') isInString = false
        } else if (letter === '"') isInString = true
        else if (letter === '{' || letter === '[') depth++
        else if (letter === '}' || letter === ']') depth--
        else continue
        if (depth <= 0 && !isInString) isReached = true
      }
    },
    get isReached() {
      return isReached
    },
  }
}
