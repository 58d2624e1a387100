/** Lets the visible part of a growing text through. */
export interface TextGate {
  /** @param total the text so far; returns what can be shown of it beyond what was shown before. */
  push(total: string): string
  /** The rest, when nothing more will come; `isCut` says that it ended in mid-sentence. */
  end(total: string, isCut: boolean): string
}

/** Half a character, as llama.cpp gives it where an answer ends between the bytes of one. */
const halfCharacter = /\uFFFD+$/

/** Cuts a text before the first of the stop texts, and holds back an ending that may become one. */
export function createTextGate(stops: readonly string[]): TextGate {
  let shown = 0
  const show = (total: string, end: number): string => {
    if (end <= shown) return ''
    const added = total.slice(shown, end)
    shown = end
    return added
  }
  return {
    push: (total) => show(total, stopAt(total, stops) ?? total.length - heldBack(total, stops)),
    end: (total, isCut) => {
      const text = isCut ? total.replace(halfCharacter, '') : total
      return show(text, stopAt(text, stops) ?? text.length)
    },
  }
}

/** Where the stop text begins that is whole first: a model that writes word by word is stopped there. */
function stopAt(text: string, stops: readonly string[]): number | undefined {
  const found = stops.map((stop) => ({ start: text.indexOf(stop), length: stop.length })).filter(({ start }) => start >= 0)
  const [first] = found.sort((a, b) => a.start + a.length - (b.start + b.length) || a.start - b.start)
  return first?.start
}

/** Length of the longest ending of the text that is the beginning of a stop text. */
function heldBack(text: string, stops: readonly string[]): number {
  const lengths = stops.map((stop) => {
    for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) if (text.endsWith(stop.slice(0, length))) return length
    return 0
  })
  return Math.max(0, ...lengths)
}
