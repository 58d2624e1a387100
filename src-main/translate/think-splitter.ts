import type { Delta } from './delta'

const opening = '<think>'
const closing = '</think>'

export interface ThinkSplitter {
  push(text: string): Delta[]
  end(): Delta[]
}

/** Takes a `<think>` block at the beginning of a text out as reasoning, however the text is cut. */
export function createThinkSplitter(): ThinkSplitter {
  let place: 'before' | 'inside' | 'gap' | 'after' = 'before'
  let held = ''
  const step = (): Delta[] => {
    if (place === 'before') {
      const text = held.trimStart()
      if (opening.startsWith(text) && text !== opening) return []
      place = text.startsWith(opening) ? 'inside' : 'after'
      if (place === 'inside') held = text.slice(opening.length)
    }
    const deltas: Delta[] = []
    if (place === 'inside') {
      const end = held.indexOf(closing)
      const safe = end === -1 ? held.length - partialLength(held) : end
      if (safe > 0) deltas.push({ kind: 'reasoning', text: held.slice(0, safe) })
      held = held.slice(end === -1 ? safe : end + closing.length)
      if (end === -1) return deltas
      place = 'gap'
    }
    if (place === 'gap') {
      held = held.trimStart()
      if (held === '') return deltas
      place = 'after'
    }
    if (held !== '') deltas.push({ kind: 'text', text: held })
    held = ''
    return deltas
  }
  return {
    push(text) {
      if (place === 'after') return text === '' ? [] : [{ kind: 'text', text }]
      held += text
      return step()
    },
    end() {
      const rest = held
      held = ''
      if (rest === '') return []
      return [{ kind: place === 'inside' ? 'reasoning' : 'text', text: rest }]
    },
  }
}

/** How much of the end of the text may be the beginning of the closing tag. */
function partialLength(text: string): number {
  for (let length = Math.min(closing.length - 1, text.length); length > 0; length--) if (closing.startsWith(text.slice(-length))) return length
  return 0
}
