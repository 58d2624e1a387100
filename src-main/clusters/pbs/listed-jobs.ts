import type { ListedJob } from '../jobs/workload-manager'
import type { PbsJob } from './attributes'
import { endOf } from './job-ends'
import { readLength, readTime } from './times'
import { waitComment } from './wait-comments'

type State = ListedJob['state']

/** Letters of qstat(1B), JOB STATES, and Torque's C. */
const states: Readonly<Record<string, State>> = { Q: 'queued', H: 'queued', W: 'queued', T: 'queued', M: 'queued', B: 'queued', R: 'running', S: 'suspended', U: 'suspended', E: 'ending', F: 'ended', X: 'ended', C: 'ended' }

/** The same letter for all who write it with another meaning is not known; one that is not known holds nodes until PBS says otherwise. */
export function listedJob({ id, attributes }: PbsJob): ListedJob {
  const text = (name: string): string | undefined => attributes.get(name)
  const state = states[text('job_state') ?? ''] ?? 'running'
  const common = { jobId: id, name: text('Job_Name') ?? '', state }
  if (state === 'queued') {
    const reason = text('job_state') === 'H' ? (waitComment(text('comment')) ?? 'It is held: release it with qrls.') : waitComment(text('comment'))
    const estimatedStartMs = readTime(text('estimated.start_time'))
    return { ...common, ...(reason !== undefined && { reason }), ...(estimatedStartMs !== undefined && { estimatedStartMs }) }
  }
  const startedAtMs = readTime(text('stime') ?? text('start_time'))
  const nodes = readExecHost(text('exec_host') ?? '')
  const times = { ...(startedAtMs !== undefined && { startedAtMs }), ...(nodes.length > 0 && { nodes }) }
  if (state === 'ended') {
    const known = text('Exit_status') ?? text('exit_status')
    // Without a status nobody knows more than the job's own note.
    return { ...common, ...times, ...(known !== undefined && endOf(known, text('comment'))) }
  }
  const walltimeS = readLength(text('Resource_List.walltime'))
  const reason = state === 'suspended' ? 'The site has suspended the job.' : state === 'ending' ? 'It is ending.' : undefined
  return { ...common, ...times, ...(walltimeS !== undefined && { walltimeS }), ...(reason !== undefined && { reason }) }
}

/** `node1/0*64+node1/1*64+node2/0` has two nodes (pbs_job_attributes(7B), exec_host). */
export const readExecHost = (text: string): readonly string[] => [...new Set(text.split('+').map((part) => part.split('/')[0]?.trim() ?? ''))].filter((name) => name !== '' && name !== '--')
