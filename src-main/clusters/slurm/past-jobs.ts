import type { JobEnd } from '../jobs/workload-manager'
import { endOf } from './job-states'

/** What is asked of sacct, with `--parsable2 --noheader --allocations` (sacct(1)). */
export const sacctFields = 'JobIDRaw,State,ExitCode'

/** Lines of `sacct`; jobs that still run are left out. */
export function readSacct(text: string): ReadonlyMap<string, JobEnd> {
  const ends = new Map<string, JobEnd>()
  for (const line of text.split('\n')) {
    const [jobId = '', word = '', code = ''] = line.trim().split('|')
    const end = jobEnd(word, code)
    if (/^\d+$/.test(jobId) && end !== undefined) ends.set(jobId, end)
  }
  return ends
}

/** What `scontrol --oneliner show job` says of one job; `end` is absent where its state is none. */
export function readScontrol(text: string): { readonly name: string; readonly state: string; readonly end?: JobEnd } {
  const field = (name: string): string => new RegExp(`(?:^|\\s)${name}=(\\S*)`).exec(text)?.[1] ?? ''
  const state = field('JobState')
  const end = jobEnd(state, field('ExitCode'))
  return { name: field('JobName'), state, ...(end !== undefined && { end: withLaunchProblem(end, field('Reason')) }) }
}

/** `1:0` is the exit code and the signal that ended the script. */
function jobEnd(word: string, code: string): JobEnd | undefined {
  const [, exit, by] = /^(\d+):(\d+)$/.exec(code) ?? []
  const exitCode = exit === undefined ? undefined : by === '0' || by === undefined ? Number(exit) : 128 + Number(by)
  const reason = endOf(word, exitCode)
  if (reason === undefined) return undefined
  return { reason, ...(exitCode !== undefined && { exitCode }) }
}

/** Failures that never ran the script: the work folder is not on the node, for one. */
function withLaunchProblem(end: JobEnd, reason: string): JobEnd {
  if (!/Launch|RaisedSignal:53|JobHoldMaxRequeue/.test(reason)) return end
  return { ...end, reason: `${end.reason.slice(0, -1)} before its script ran (Slurm says ${reason}): see that the work folder is there on the nodes.` }
}
