import type { ListedJob } from '../jobs/workload-manager'
import { readHostList } from './host-list'
import { endOf, stateOf } from './job-states'
import { readTime } from './times'
import { waitReason } from './wait-reasons'

/** Job, state, reason, start (expected or real), end (the same), nodes, name; the name comes last, for it may hold anything (squeue(1), --format). */
export const squeueFormat = '%i|%T|%r|%S|%e|%N|%j'

/** Lines of `squeue --noheader -o` with that format; a line that is not one is left out. */
export const readSqueue = (text: string): readonly ListedJob[] => text.split('\n').flatMap(readLine)

function readLine(line: string): readonly ListedJob[] {
  const [jobId = '', word = '', reason = '', start = '', end = '', nodeList = '', ...name] = line.trim().split('|')
  if (!/^\d+$/.test(jobId) || name.length === 0) return [] // a warning, or an element of a job array, which is none of ours
  const common = { jobId, name: name.join('|') }
  const startMs = readTime(start)
  const endMs = readTime(end)
  const state = stateOf(word)
  const nodes = readHostList(nodeList)
  if (state === 'queued') {
    const why = waitReason(reason)
    return [{ ...common, state, ...(why !== undefined && { reason: why }), ...(startMs !== undefined && { estimatedStartMs: startMs }) }]
  }
  const times = { ...(startMs !== undefined && { startedAtMs: startMs }), ...(nodes.length > 0 && { nodes }) }
  if (state === 'ended') {
    // Of one that failed more is to be learned than squeue says.
    const why = word === 'FAILED' ? undefined : endOf(word)
    return [{ ...common, state, ...times, ...(why !== undefined && { reason: why }) }]
  }
  // Of one that is ending, squeue says when it ended: its walltime may have lasted much longer.
  if (state === 'ending') return [{ ...common, state, ...times, reason: 'It is ending.' }]
  return [{ ...common, state, ...times, ...(endMs !== undefined && { endsAtMs: endMs }), ...(state === 'suspended' && { reason: 'The site has suspended the job.' }) }]
}
