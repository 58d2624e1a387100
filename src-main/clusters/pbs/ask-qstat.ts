import { FirstError } from '@shared/errors'
import type { Argv, CommandOutcome } from '../commands/command-runner'
import { type PbsJob, readQstatJson, readQstatText } from './attributes'

/**
 * Ways to ask for jobs, the best first: with those that are over (`-x`) and as JSON, which is never wrapped; older versions and sites without a
 * history know less, and Torque and Slurm's own only the last. JSON that cannot be read is asked for as text.
 */
const dialects: readonly { readonly options: readonly string[]; readonly read: (text: string) => readonly PbsJob[] | undefined }[] = [
  { options: ['-x', '-f', '-F', 'json'], read: readQstatJson },
  { options: ['-x', '-f'], read: readText },
  { options: ['-f', '-F', 'json'], read: readQstatJson },
  { options: ['-f'], read: readText },
]

/** Torque's `-x` is XML. */
function readText(text: string): readonly PbsJob[] | undefined {
  return text.trimStart().startsWith('<') ? undefined : readQstatText(text)
}

/** What qstat ends with for a job of which it knows nothing, 15001 of pbs_error.h; Slurm's own says no more than that. */
const unknownJob = 153
/** Jobs of which nothing is known any more are no failure of the question. One that ends in silence otherwise was killed, or its connection is gone. */
const isAnswer = ({ code, stdout, stderr }: CommandOutcome): boolean => code === 0 || (code === unknownJob && stderr.trim() === '' && stdout.trim() === '') || /Unknown Job Id|has finished/i.test(stderr)
const isOtherDialect = ({ stderr, stdout }: CommandOutcome): boolean => /(?:illegal|invalid|unknown|unrecognized) option|usage:|not configured to maintain job history|Job history is not|-x.*not/i.test(stderr + stdout)

export type AskQstat = (jobIds: readonly string[], signal: AbortSignal) => Promise<readonly PbsJob[]>

/**
 * Finds the dialect with the first question and keeps to it.
 * @param run runs a command; throws when it cannot be
 * @param failed the error for what `qstat` printed when it could not answer
 */
export function createAskQstat(run: (argv: Argv, signal: AbortSignal) => Promise<CommandOutcome>, failed: (outcome: CommandOutcome) => FirstError): AskQstat {
  let first = 0
  return async (jobIds, signal) => {
    for (const [index, { options, read }] of dialects.entries()) {
      if (index < first) continue
      const outcome = await run(['qstat', ...options, ...jobIds], signal)
      const jobs = isAnswer(outcome) ? (outcome.stdout.trim() === '' ? [] : read(outcome.stdout)) : undefined
      if (jobs !== undefined) {
        if (outcome.stdout.trim() !== '') first = index
        return jobs
      }
      if (!isAnswer(outcome) && !isOtherDialect(outcome)) throw failed(outcome)
    }
    throw new FirstError('upstream_garbled', 'qstat answers in a way that is not known.', { action: 'Try qstat -f in a terminal.' })
  }
}
