/**
 * Buffers of Globus Compute: two characters, a newline, the body; packed as `<len>\n<buffer>` one after the other,
 * where `len` counts Unicode code points.
 */

export const pack = (buffers: readonly string[]): string => buffers.map((buffer) => `${codePoints(buffer)}\n${buffer}`).join('')

/** @throws SyntaxError where a length is missing or too great */
export function unpack(packed: string): string[] {
  const buffers: string[] = []
  let at = 0
  while (at < packed.length) {
    const newline = packed.indexOf('\n', at)
    const length = newline < 0 ? '' : packed.slice(at, newline)
    if (!/^\d+$/.test(length)) throw new SyntaxError(`no length of a buffer at ${at}`)
    const end = skip(packed, newline + 1, Number(length))
    if (end === undefined) throw new SyntaxError(`the buffer at ${at} says ${length} characters, which there are not`)
    buffers.push(packed.slice(newline + 1, end))
    at = end
  }
  return buffers
}

/** A buffer's two characters, and its body. */
export function openBuffer(buffer: string): { readonly id: string; readonly body: string } {
  if (buffer[2] !== '\n') throw new SyntaxError('a buffer begins with two characters and a newline')
  return { id: buffer.slice(0, 2), body: buffer.slice(3) }
}

function codePoints(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += widthAt(text, at)) count++
  return count
}

function skip(text: string, from: number, count: number): number | undefined {
  let at = from
  for (let left = count; left > 0; left--) {
    if (at >= text.length) return undefined
    at += widthAt(text, at)
  }
  return at
}

/** Code units of the code point that begins here. */
const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
