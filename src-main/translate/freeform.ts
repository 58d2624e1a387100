import { argumentsObject } from './parse'

/** A tool that takes plain text (`custom` in Responses) is a function of one string where only functions are known. */
export const freeformParameters = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'], additionalProperties: false } as const

export function wrapFreeform(input: string): string {
  return JSON.stringify({ input })
}

export function unwrapFreeform(text: string): string {
  const { input } = argumentsObject(text)
  return typeof input === 'string' ? input : text
}
