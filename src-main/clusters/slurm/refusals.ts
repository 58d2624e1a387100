import { FirstError } from '@shared/errors'
import type { CommandOutcome } from '../commands/command-runner'
import type { JobSite } from '../jobs/workload-manager'

type Sentence = (site: JobSite) => string

/** What sbatch says (slurm_errno.h), what that means here, and the field of the cluster to correct; without one it is not the configuration's fault. */
const known: readonly { readonly says: RegExp; readonly what: Sentence; readonly param?: string }[] = [
  { says: /invalid partition|No partition specified|partition .*not (?:available|valid)/i, what: ({ queue }) => (queue === undefined ? 'has no queue that is meant where none is named' : `has no queue "${queue}"`), param: 'queue' },
  { says: /account not permitted to use this partition|User's group not permitted/i, what: ({ account, queue }) => `does not let ${account === undefined ? 'your usual account' : `the account "${account}"`} use ${queue === undefined ? 'this queue' : `the queue "${queue}"`}`, param: 'account' },
  { says: /invalid account/i, what: ({ account }) => (account === undefined ? 'wants an account for jobs' : `does not know the account "${account}" for you or for this queue`), param: 'account' },
  { says: /invalid qos/i, what: () => 'does not permit this quality of service', param: 'submitOptions' },
  { says: /time limit|invalid --time/i, what: () => 'does not permit a walltime that long', param: 'walltimeS' },
  { says: /node count specification|more processors requested|node configuration is not available|generic resource|invalid gres|memory specification/i, what: () => 'has no nodes as this deployment asks for', param: 'resources' },
  { says: /unrecognized option|invalid option|unknown option|requires an argument|ambiguous/i, what: () => 'does not know one of the options', param: 'submitOptions' },
  { says: /job submit limit|too many jobs|QOSMaxSubmit|AssocMaxSubmit/i, what: () => 'takes no more jobs from you at this time' },
  { says: /maintenance|reservation/i, what: () => 'is kept free for a maintenance or a reservation' },
  { says: /unable to contact|connection refused|socket timed out|communication (?:failure|error)|slurm_load|configuration source/i, what: () => 'cannot be reached' },
]

/** @returns `config_invalid` where the configuration is at fault, else `upstream_unreachable` */
export function sbatchRefusal(site: JobSite, { stderr, stdout, code }: CommandOutcome): FirstError {
  const printed = `${stderr}\n${stdout}`
  const lines = printed.split('\n').map((each) => each.trim()).filter((each) => each !== '')
  const words = lines.findLast((each) => /error/i.test(each)) ?? lines.at(-1) ?? `code ${code}`
  const cause = known.find(({ says }) => says.test(printed))
  const message = `Slurm of cluster ${site.name} ${cause?.what(site) ?? 'refused the job'} (${words}).`
  if (cause?.param !== undefined) return new FirstError('config_invalid', message, { param: cause.param, action: `Correct ${cause.param} in config.yaml.` })
  return new FirstError('upstream_unreachable', message, { action: 'Ask the site, or try sbatch in a terminal.' })
}
