import { accountUnknown, queueClosed, queueUnknown, type Refusal } from '../jobs/refusal'

/** What sbatch says (slurm_errno.h). */
export const slurmRefusals: readonly Refusal[] = [
  { says: /partition not available \(inactive or drain\)/i, what: queueClosed },
  { says: /invalid partition|No partition specified|partition .*not (?:available|valid)/i, what: queueUnknown, param: 'queue' },
  { says: /account not permitted to use this partition|User's group not permitted/i, what: ({ account, queue }) => `does not let ${account === undefined ? 'your usual account' : `the account "${account}"`} use ${queue === undefined ? 'this queue' : `the queue "${queue}"`}`, param: 'account' },
  { says: /invalid account/i, what: accountUnknown, param: 'account' },
  { says: /invalid qos/i, what: () => 'does not permit this quality of service', param: 'submitOptions' },
  { says: /MaxSubmitJob|too many jobs/i, what: () => 'takes no more jobs from you at this time' },
  { says: /violates accounting\/QOS policy/i, what: () => 'does not permit it: a limit for jobs, their size or their walltime is reached' },
  { says: /time limit|invalid --time/i, what: () => 'does not permit a walltime that long', param: 'walltimeS' },
  { says: /node count specification|more processors requested|node configuration is not available|generic resource|invalid gres|memory specification/i, what: () => 'has no nodes as this deployment asks for', param: 'resources' },
  { says: /unrecognized option|invalid option|unknown option|requires an argument|ambiguous/i, what: () => 'does not know one of the options', param: 'submitOptions' },
  { says: /maintenance|reservation/i, what: () => 'is kept free for a maintenance or a reservation' },
  { says: /unable to contact|connection refused|socket timed out|communication (?:failure|error)|slurm_load|configuration source/i, what: () => 'cannot be reached' },
]
