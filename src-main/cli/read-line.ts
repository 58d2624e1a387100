import { createInterface } from 'node:readline/promises'
import { FirstError } from '@shared/errors'
import type { CliContext } from './context'

/** One line of stdin; empty at its end. @throws FirstError `cancelled` when interrupted */
export async function readLine(question: string, context: CliContext): Promise<string> {
  const reader = createInterface({ input: context.stdin })
  context.err(question)
  try {
    return (await Promise.race([reader.question('', { signal: context.signal }), new Promise<string>((resolve) => reader.once('close', () => resolve('')))])).trim()
  } catch (cause) {
    throw new FirstError('cancelled', 'Interrupted.', { cause })
  } finally {
    reader.close()
  }
}
