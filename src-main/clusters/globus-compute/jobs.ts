import { jobsAnswer, type JobsAnswer } from '@shared/first/jobs'
import type { GlobusComputeClusterConfig } from '@shared/config/globus-compute'
import { FirstError } from '@shared/errors'
import { createKeptAnswer, type KeptAnswer } from '../first/kept-answer'
import type { Timers } from '../local/timers'
import type { Functions } from './functions'
import { readResult } from './read-result'
import { packArguments } from './serialize'
import type { Tasks } from './tasks'

interface JobsDeps {
  readonly functions: Functions
  readonly tasks: Tasks
  readonly timers: Timers
  readonly onLate: () => void
}

/** A task on the login node each time: not more often than once a minute. */
const pace = { freshMs: 60_000, retryMs: 120_000, staleMs: 10 * 60_000, limitMs: 60_000 }

/** The jobs of the cluster as its own function tells them; absent where none is configured. */
export function createJobList({ endpoint, jobs }: Pick<GlobusComputeClusterConfig, 'endpoint' | 'jobs'>, { functions, tasks, timers, onLate }: JobsDeps): KeptAnswer<JobsAnswer> | undefined {
  if (jobs === undefined) return undefined
  return createKeptAnswer<JobsAnswer>({
    ...pace,
    timers,
    onLate,
    async ask(signal) {
      const result = await tasks.run({ endpoint: jobs.endpoint ?? endpoint, function: await functions.idOf(jobs.function), payload: packArguments([]) }, signal)
      const read = jobsAnswer.safeParse(readResult(result))
      if (read.success) return read.data
      throw new FirstError('upstream_garbled', 'The function that tells the jobs of a cluster returned something else.', { cause: read.error })
    },
  })
}
