import { z } from 'zod'

/** What Globus leaves out and what it says is null are the same here. */
const text = z.string().nullish().transform((value) => value ?? '')

const setIdentity = z.object({ sub: z.string(), username: text, name: text, identity_provider: text, identity_provider_display_name: text })
export type SetIdentity = z.infer<typeof setIdentity>

/** Of an active token (wire/globus.md, section 2). */
export const activeToken = z.object({
  active: z.literal(true),
  scope: text,
  client_id: text,
  sub: text,
  username: text,
  name: text,
  /** Unix seconds. */
  exp: z.number(),
  aud: z.union([z.array(z.string()), z.string().transform((one) => [one])]).nullish().transform((value) => value ?? []),
  iss: text,
  identity_set_detail: z.array(setIdentity).nullish(),
  session_info: z.object({ authentications: z.record(z.string(), z.object({ idp: text, auth_time: z.number().nullish() })) }).nullish(),
  policy_evaluations: z.record(z.string(), z.object({ evaluation: z.boolean().nullish() })).nullish(),
})
export type ActiveToken = z.infer<typeof activeToken>

export const introspection = z.union([activeToken, z.object({ active: z.literal(false) })])
export type Introspection = z.infer<typeof introspection>

export const dependentTokens = z.array(z.object({ resource_server: z.string(), access_token: z.string().min(1) }))

export const myGroups = z.array(z.object({ id: z.string() }))

/** How Auth says no; it names what it wants in `error`, in words in `error_description` or in `errors`. */
export const authError = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ detail: z.string().optional().catch(undefined), title: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
})
