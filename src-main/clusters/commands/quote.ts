/** Words that mean themselves to every shell. */
const plain = /^[A-Za-z0-9_/.:@+,-]+$/

/**
 * One word as a POSIX shell reads it back, whatever is in it: within single quotes nothing has a meaning but their end (POSIX, 2.2.2).
 * @throws RangeError for a NUL, which no argument can hold
 */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new RangeError('An argument cannot hold a NUL.')
  return plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** A command line that a POSIX shell splits into these arguments. */
export const quoteArgv = (argv: readonly string[]): string => argv.map(quoteWord).join(' ')
