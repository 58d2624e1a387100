import { z } from 'zod'

/** Who may use something: whoever is named in `identities`, and whoever is of one of the `domains` and in one of the `groups`. A list that is absent or empty asks for nothing. */
export const accessRule = z.strictObject({
  /** Names of keys, or usernames as Globus has them. */
  identities: z.array(z.string().min(1)).optional(),
  /** Domains of identity providers, for example `anl.gov`. */
  domains: z.array(z.string().min(1)).optional(),
  /** UUIDs of groups. */
  groups: z.array(z.string().min(1)).optional(),
})
export type AccessRule = z.infer<typeof accessRule>
