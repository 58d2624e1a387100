import { z } from 'zod'
import { isSafeUrl } from '../safe-url'

/** As people and `clusters[].site` write it: `alcf`. */
export const siteName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is a short name of small letters, digits and dashes')

const scope = z.string().min(1).max(1000).regex(/^\S+$/, 'is one scope, without a space')

/** How somebody signs in: the browser comes back to this machine, or shows a code to paste. */
export const signInWay = z.enum(['browser', 'paste'])
export type SignInWay = z.infer<typeof signInWay>

/** A place whose people sign in by Globus Auth. Nothing in it is secret: the client is a public one (wire/globus.md, section 1). */
export const siteConfig = z.strictObject({
  /** As people call it. */
  title: z.string().min(1).max(100),
  /** Of the site's native (public) client at Globus Auth. */
  clientId: z.guid('write the client as its UUID'),
  /** Of the site's gateway, and the scope that opens it. */
  resourceServer: z.string().min(1).max(200),
  scope,
  /** More scopes that are asked for at the first sign-in. */
  moreScopes: z.array(scope).max(20).default([]),
  /** UUIDs of the policies that the session must meet. */
  policies: z.array(z.guid('write each policy as its UUID')).max(20).default([]),
  /** Of usernames, one of which must have signed in: `anl.gov`. Said before the browser opens. */
  domains: z.array(z.string().min(1).max(253)).max(50).default([]),
  /** One sentence on what the site asks for, said before the browser opens. */
  note: z.string().min(1).max(500).optional(),
  /** The first one is offered first. */
  ways: z.array(signInWay).min(1).default(['browser', 'paste']),
  /** Where the site's FIRST gateway answers, with `/resource_server` at its end. */
  gatewayUrl: z.string().refine(isSafeUrl, 'is no https address; a token of the sign-in goes there').optional(),
})
export type SiteConfig = z.infer<typeof siteConfig>

/** Sites beside the presets; one of a preset's name comes in its place. */
export const siteList = z.record(siteName, siteConfig)
