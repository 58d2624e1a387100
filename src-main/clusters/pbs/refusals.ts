import { accountUnknown, queueClosed, queueUnknown, type Refusal } from '../jobs/refusal'

/** What qsub says, in PBS Pro and OpenPBS (pbs_error.h), in Torque, and in Slurm's own, which quotes sbatch. */
export const pbsRefusals: readonly Refusal[] = [
  { says: /queue is not enabled|partition not available \(inactive or drain\)/i, what: queueClosed },
  { says: /unknown queue|invalid partition|no default queue|No partition specified/i, what: queueUnknown, param: 'queue' },
  { says: /Unauthorized Request|not permitted to use|Access to queue is denied|user not in queue|Access from host not allowed/i, what: ({ queue }) => `does not let you use ${queue === undefined ? 'this queue' : `the queue "${queue}"`}`, param: 'queue' },
  { says: /invalid account|invalid project|unknown project|project .*(?:not found|not valid|does not exist|not authorized)|account .*(?:required|not (?:found|valid))|illegal -A/i, what: accountUnknown, param: 'account' },
  { says: /would exceed|too many jobs|max_queued|submit limit/i, what: () => 'takes no more jobs from you at this time' },
  { says: /time limit|walltime/i, what: () => 'does not permit a walltime that long, or wants one', param: 'walltimeS' },
  { says: /violates queue and\/or server resource limits|exceeds? queue (?:and\/or server )?resource limits|Illegal attribute or resource value|Unknown resource|processors requested|node configuration/i, what: () => 'has no nodes as this deployment asks for, or its queue does not permit them', param: 'resources' },
  { says: /illegal option|invalid option|unknown option|usage: *qsub/i, what: () => 'does not know one of the options', param: 'submitOptions' },
  { says: /cannot connect|could not connect|connection refused|communication failure|server .*(?:down|unreachable)|Unable to contact/i, what: () => 'cannot be reached' },
]
