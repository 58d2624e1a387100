import { randomInt } from 'node:crypto'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** The prefix and 24 letters and digits: 142 bits. */
export const newId = (prefix: 'file-' | 'batch_'): string => `${prefix}${Array.from({ length: 24 }, () => letters[randomInt(letters.length)]).join('')}`
