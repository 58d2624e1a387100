import { z } from 'zod'
import { secretReference } from './clusters'

const uuid = z.guid('write it as a UUID, such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301')
const domain = z.string().min(1).max(256)

/**
 * Who comes in with a token of Globus, checked as FIRST's gateway does (wire/globus.md, section 2). What they may use is for the other
 * rules of `access`, as for keys. A list that is absent or empty asks for nothing.
 */
export const globusAccess = z
  .strictObject({
    /** Of the confidential client that stands for this gateway at Globus. */
    clientId: uuid,
    clientSecret: secretReference,
    /** Each must hold of the caller's session. */
    policies: z.array(uuid).max(50).default([]),
    /** Of identity providers; the caller must have signed in with one of them. */
    allowedDomains: z.array(domain).default([]),
    /** Callers of a domain must be in one of its groups. */
    groupsPerDomain: z.record(domain, z.array(uuid).min(1)).default({}),
    /** Callers must be in one of these. */
    allowedGroups: z.array(uuid).default([]),
    /** Usernames of programs that sign in for themselves; domains and policies are not asked of them. */
    serviceAccounts: z.array(z.string().min(1)).default([]),
    /** What `aud` of a token must hold; absent: `clientId`. */
    audience: z.string().min(1).exactOptional(),
    /** What `scope` of a token must hold; absent: `https://auth.globus.org/scopes/<clientId>/action_all`. */
    scope: z.string().min(1).exactOptional(),
    /** Seconds that an answer about a token is believed: a token that is revoked opens nothing after them. */
    cacheS: z.number().int().min(1).max(30).default(30),
    /** Seconds after signing in that somebody's batches go on without them: not more than the policies give a session. */
    sessionS: z.number().int().min(60).default(7 * 24 * 60 * 60),
    /** Of one identity; FIRST's own is 10, and 0 turns it off. */
    requestsPerSecond: z.number().int().nonnegative().default(0),
  })
  .refine(({ policies, allowedDomains, allowedGroups }) => policies.length + allowedDomains.length + allowedGroups.length > 0, {
    message: 'name allowedDomains, allowedGroups or policies: without any of them everybody who has an account at Globus comes in',
  })
export type GlobusAccess = z.infer<typeof globusAccess>

export const audienceOf = ({ audience, clientId }: GlobusAccess): string => audience ?? clientId
export const scopeOf = ({ scope, clientId }: GlobusAccess): string => scope ?? `https://auth.globus.org/scopes/${clientId}/action_all`
