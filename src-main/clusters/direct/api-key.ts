import { FirstError } from '@shared/errors'

/**
 * A key as it can be sent in a header. Line breaks at its ends come with files and pasting, and are left out.
 * @throws FirstError `secret_unreadable` where it holds what no header can.
 */
export function sendableKey(text: string, owner: string): string {
  const key = text.trim()
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new FirstError('secret_unreadable', key === '' ? `The API key of ${owner} is empty.` : `The API key of ${owner} holds a space, a line break or a letter that no key has.`)
}
