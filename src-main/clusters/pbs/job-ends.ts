import type { JobEnd } from '../jobs/workload-manager'

/** Exit codes below zero are those of PBS itself (PBS Professional Administrator's Guide, "Job Exit Status Codes"). */
const own: Readonly<Record<number, string>> = {
  [-1]: 'The job could not be launched on its node.',
  [-2]: 'The job could not be launched on its node.',
  [-3]: 'The job could not be launched on its node, again and again.',
  [-9]: 'The account is not valid on the node.',
  [-26]: 'The job used more virtual memory than it had asked for.',
  [-27]: 'The job used more memory than it had asked for.',
  [-28]: 'The job used more processor time than it had asked for.',
  [-29]: 'The walltime of the job was over.',
}

const signalled = 256

/** How a job ended, by its exit status and its last comment. */
export function endOf(exitStatus: string | undefined, comment: string | undefined): JobEnd {
  const code = exitStatus !== undefined && /^-?\d+$/.test(exitStatus) ? Number(exitStatus) : undefined
  const walltime = /walltime .*exceeded|exceeded .*walltime/i.test(comment ?? '')
  if (walltime) return { reason: 'The walltime of the job was over.' }
  if (code === undefined) return { reason: 'The job ended.' }
  if (code < 0) return { reason: own[code] ?? `PBS ended the job (its code ${code}).` }
  // PBS adds the signal to 256, Torque's and the shell's own way is 128.
  const exitCode = code > signalled ? code - 128 : code
  if (exitCode === 143 || exitCode === 137) return { reason: 'The job was cancelled.', exitCode }
  return { reason: code === 0 ? 'The job ended.' : `The job failed with code ${exitCode}.`, exitCode }
}
