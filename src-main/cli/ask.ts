import { createInterface } from 'node:readline/promises'
import { CommanderError } from 'commander'
import { FirstError } from '@shared/errors'
import type { CliContext } from './context'

/**
 * Goes on when the person, or the first line that is piped in, says yes.
 * @throws CommanderError with exit code 1 for any other answer
 */
export async function confirm(question: string, context: CliContext): Promise<void> {
  const reader = createInterface({ input: context.stdin })
  context.err(`${question} [y/N] `)
  try {
    const answer = await Promise.race([reader.question('', { signal: context.signal }), new Promise<string>((resolve) => reader.once('close', () => resolve('')))])
    if (/^y(es)?$/i.test(answer.trim())) return
  } catch (cause) {
    throw new FirstError('cancelled', 'Interrupted.', { cause })
  } finally {
    reader.close()
  }
  context.err('Nothing was changed.\n')
  throw new CommanderError(1, 'first.declined', 'the person said no')
}
