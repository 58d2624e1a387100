import type { ListedJob } from '../jobs/workload-manager'

type State = ListedJob['state']

/** States as squeue and sacct spell them (squeue(1), JOB STATE CODES). */
const states: Readonly<Record<string, State>> = {
  PENDING: 'queued',
  CONFIGURING: 'queued',
  REQUEUED: 'queued',
  REQUEUE_FED: 'queued',
  REQUEUE_HOLD: 'queued',
  RESV_DEL_HOLD: 'queued',
  SPECIAL_EXIT: 'queued',
  RUNNING: 'running',
  RESIZING: 'running',
  SIGNALING: 'running',
  SUSPENDED: 'suspended',
  STOPPED: 'suspended',
  COMPLETING: 'ending',
  STAGE_OUT: 'ending',
}

/** How a job ended; COMPLETED and FAILED are said better by the exit code. */
const ends: Readonly<Record<string, string>> = {
  CANCELLED: 'The job was cancelled.',
  REVOKED: 'The job was cancelled.',
  TIMEOUT: 'The walltime of the job was over.',
  DEADLINE: 'The job could not end before its deadline.',
  NODE_FAIL: 'A node of the job failed.',
  BOOT_FAIL: 'A node of the job did not boot.',
  LAUNCH_FAILED: 'The job could not be launched on its node.',
  OUT_OF_MEMORY: 'The job used more memory than it had asked for.',
  PREEMPTED: 'The site has given the nodes to another job.',
}

/** A state that is not known, for newer versions bring new ones, is one of a job that has nodes: it is not over until Slurm says so. */
export const stateOf = (word: string): State => states[word] ?? (endOf(word) === undefined ? 'running' : 'ended')

/**
 * A sentence for a state in which a job is over; undefined for any other state. `CANCELLED by 1000` names the user.
 * @param exitCode of the job script, where it is known
 */
export function endOf(word: string, exitCode?: number): string | undefined {
  const state = word.split(' ')[0] ?? ''
  if (state === 'COMPLETED') return 'The job ended.'
  if (state === 'FAILED') return exitCode === undefined ? 'The job failed.' : `The job failed with code ${exitCode}.`
  return ends[state]
}
