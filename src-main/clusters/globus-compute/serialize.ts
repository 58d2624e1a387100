import { nameOfSource } from '@shared/config/globus-compute'

/**
 * Buffers of Globus Compute (wire/globus.md, "Serialization"): two characters, a newline, the body; packed as
 * `<length>\n<buffer>` one after the other, where the length counts Unicode code points.
 */
export const pack = (buffers: readonly string[]): string => buffers.map((buffer) => `${codePoints(buffer)}\n${buffer}`).join('')

/** @returns undefined where a length is missing, or says more than there is */
export function unpack(packed: string): string[] | undefined {
  const buffers: string[] = []
  let at = 0
  while (at < packed.length) {
    const newline = packed.indexOf('\n', at)
    const length = newline < 0 ? '' : packed.slice(at, newline)
    if (!/^\d{1,10}$/.test(length)) return undefined
    const end = after(packed, newline + 1, Number(length))
    if (end === undefined) return undefined
    buffers.push(packed.slice(newline + 1, end))
    at = end
  }
  return buffers
}

/** Arguments by position; what is not ASCII is escaped, so that nobody can count it otherwise. */
export const packArguments = (args: readonly unknown[]): string => pack([`11\n${asciiJson(args)}`, '11\n{}'])

/** The code of a function from its source, whose first function it is. */
export function packSource(source: string): { readonly name: string; readonly code: string } {
  const name = nameOfSource(source)
  if (name === undefined) throw new TypeError('a source without a function is refused by the schema of the configuration')
  return { name, code: pack([`st\n${name}:${source}`]) }
}

const asciiJson = (value: unknown): string => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

function codePoints(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += widthAt(text, at)) count++
  return count
}

function after(text: string, from: number, count: number): number | undefined {
  let at = from
  for (let left = count; left > 0; left--) {
    if (at >= text.length) return undefined
    at += widthAt(text, at)
  }
  return at
}

/** Code units of the code point that begins here. */
const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
