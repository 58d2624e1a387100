/** Why a job waits, by Slurm's word (squeue(1), JOB REASON CODES). */
const reasons: Readonly<Record<string, string>> = {
  Priority: 'Other jobs go first.',
  Resources: 'It waits for nodes to be free.',
  Dependency: 'It waits for another job.',
  BeginTime: 'Its time to begin has not come.',
  Reservation: 'It waits for its reservation.',
  Licenses: 'It waits for a licence.',
  JobHeldUser: 'It was held by its user: release it with scontrol release.',
  JobHeldAdmin: 'It was held by an administrator of the site.',
  JobLaunchFailure: 'It could not be launched on its node.',
  PartitionDown: 'The queue is down.',
  PartitionInactive: 'The queue is inactive.',
  PartitionNodeLimit: 'It asks for more nodes than the queue permits.',
  PartitionTimeLimit: 'It asks for more walltime than the queue permits.',
  NodeDown: 'A node that it needs is down.',
  ReqNodeNotAvail: 'Nodes that it needs are not available; they may be kept free for a maintenance.',
  BadConstraints: 'No node is as it asks for.',
  InvalidAccount: 'Its account is not valid.',
  AccountNotAllowed: 'Its account may not use the queue.',
  InvalidQOS: 'Its quality of service is not valid.',
  QOSNotAllowed: 'Its quality of service may not be used in the queue.',
  Prolog: 'Its nodes are being readied.',
  Cleaning: 'Its earlier run is being cleaned up.',
  None: 'Slurm has not looked at it yet.',
}

/** Families of limits: AssocGrpGRES, QOSMaxJobsPerUserLimit and many more. */
const families: readonly { readonly begins: RegExp; readonly text: string }[] = [
  { begins: /^Assoc(?:iation)?/, text: 'A limit of the account is reached' },
  { begins: /^(?:QOS|Max|Grp)/, text: 'A limit of the site for its users is reached' },
  { begins: /^Nodes_required_for_job_are_DOWN/i, text: 'Nodes that it needs are down, drained, or kept for others' },
]

/** A sentence for why a job waits; a word that is not known is passed on as the site says it. */
export function waitReason(word: string): string | undefined {
  const [first = ''] = word.split(/[,(]/, 1)
  const name = first.trim().replaceAll(' ', '_')
  const known = reasons[name]
  if (known !== undefined) return known
  if (name === '' || name === 'null') return undefined
  const family = families.find(({ begins }) => begins.test(name))
  return family === undefined ? `Slurm says: ${word.trim()}.` : `${family.text} (${word.trim()}).`
}
