import { FirstError } from '@shared/errors'
import type { CommandOutcome } from '../commands/command-runner'
import type { JobSite } from './workload-manager'

/** Words of a submit command, what they mean here, and the field to correct; without one it is not the configuration's fault. */
export interface Refusal {
  readonly says: RegExp
  /** Completes "Slurm of cluster lab …". */
  readonly what: (site: JobSite) => string
  readonly param?: string
}

const always: readonly Refusal[] = [
  { says: /command not found|: not found|No such file or directory/i, what: () => 'cannot be asked: its submit command is not in the PATH there' },
  { says: /No space left|Disk quota exceeded/i, what: () => 'has no room on its disk' },
]

/** @returns `config_invalid` where the configuration is at fault, else `upstream_unreachable` */
export function readRefusal(title: string, known: readonly Refusal[], site: JobSite, { stderr, stdout, code }: CommandOutcome): FirstError {
  const printed = `${stderr}\n${stdout}`
  const lines = printed.split('\n').map((each) => each.trim()).filter((each) => each !== '' && each !== "'")
  const words = lines.findLast((each) => /error|qsub:/i.test(each)) ?? lines.at(-1) ?? `code ${code}`
  const cause = [...known, ...always].find(({ says }) => says.test(printed))
  const message = `${title} of cluster ${site.name} ${cause?.what(site) ?? 'refused the job'} (${words}).`
  if (cause?.param !== undefined) return new FirstError('config_invalid', message, { param: cause.param, action: `Correct ${cause.param} in config.yaml.` })
  return new FirstError('upstream_unreachable', message, { action: 'Ask the site, or try to submit a job in a terminal.' })
}

export const queueUnknown = ({ queue }: JobSite): string => (queue === undefined ? 'has no queue that is meant where none is named' : `has no queue "${queue}"`)
/** It will open again: no fault of the configuration. */
export const queueClosed = ({ queue }: JobSite): string => `takes no jobs in ${queue === undefined ? 'its usual queue' : `the queue "${queue}"`} at this time`
export const accountUnknown = ({ account }: JobSite): string => (account === undefined ? 'wants an account for jobs' : `does not know the account "${account}" for you or for this queue`)
