import { FirstError } from '@shared/errors'
import type { JobSite } from './workload-manager'

/** Some submit commands are scripts that hand their arguments to a shell themselves, so a name is checked before it gets there. */
const siteName = /^[A-Za-z0-9_][A-Za-z0-9_.,@+-]*$/

/** @throws FirstError `config_invalid` that names the field */
export function checkSite({ name, queue, account }: JobSite): void {
  for (const [field, value] of Object.entries({ queue, account }))
    if (value !== undefined && !siteName.test(value)) throw new FirstError('config_invalid', `The ${field} "${value}" of cluster ${name} cannot be one: it has letters, digits and _ . , @ + - only.`, { param: field, action: `Correct ${field} of the cluster in config.yaml.` })
}
