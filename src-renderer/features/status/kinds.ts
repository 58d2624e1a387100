/** What a kind of cluster is to people; one that is not here is called by its own name. */
const words: Readonly<Record<string, string>> = {
  local: 'This workstation',
  direct: 'Server',
  first: 'FIRST site',
  'globus-compute': 'Globus Compute',
  slurm: 'Slurm',
  pbs: 'PBS',
}

export function kindWord(kind: string): string {
  return words[kind] ?? kind
}
