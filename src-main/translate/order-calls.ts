import type { Delta } from './delta'
import { jsonOf } from './parse'

/**
 * Puts a stream in an order in which every block ends before the next begins, as Messages and Responses need it: chat servers may mix
 * the arguments of parallel calls. What belongs to another block waits until the open call's arguments are whole.
 */
export function createCallOrder(): { push(delta: Delta): Delta[] } {
  let open: { readonly index: number; text: string } | undefined
  let waiting: Delta[] = []

  const pass = (delta: Delta): Delta[] => {
    if (delta.kind === 'arguments' && open?.index === delta.index) {
      open.text += delta.text
      return waiting.length > 0 && isWhole(open.text) ? [delta, ...release()] : [delta]
    }
    if (delta.kind === 'end' || delta.kind === 'error') return [...drain(), delta]
    if (open !== undefined && !isWhole(open.text)) {
      waiting.push(delta)
      return []
    }
    open = delta.kind === 'call' ? { index: delta.index, text: '' } : undefined
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
      const own = waiting.filter((delta) => delta.kind === 'arguments' && delta.index === index)
      const others = waiting.filter((delta) => !own.includes(delta))
      open = undefined
      waiting = []
      passed.push(...own, ...others.flatMap(pass))
    }
    return passed
  }
  return { push: pass }
}

function isWhole(text: string): boolean {
  return jsonOf(text) !== undefined
}
