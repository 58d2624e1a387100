import { z } from 'zod'
import { signInWay, siteName } from '../config/sites'
import { authReason } from '../globus/auth-reason'

/** A place that one can sign in to. */
export const accountSite = z.object({
  name: siteName,
  title: z.string(),
  /** Of an account that is to be let in; empty: it does not say. */
  domains: z.array(z.string()),
  hasPolicy: z.boolean(),
  /** What it asks for, in a sentence. */
  note: z.string().exactOptional(),
  ways: z.array(signInWay),
  gatewayUrl: z.string().exactOptional(),
  /** False: it is of config.yaml. */
  isPreset: z.boolean(),
})
export type AccountSite = z.infer<typeof accountSite>

/** What was granted for one service; never the token. */
export const grant = z.object({
  resourceServer: z.string(),
  scopes: z.array(z.string()),
  /** In words: `models of ALCF`. */
  purpose: z.string(),
  /** Unix milliseconds: when the token that is held ends. */
  expiresAtMs: z.number(),
  /** It is renewed without the person. */
  isRenewed: z.boolean(),
})
export type Grant = z.infer<typeof grant>

/** Somebody who is signed in to a site. Several may be, at one site too. */
export const account = z.object({
  /** `alcf/<sub>` */
  id: z.string(),
  site: siteName,
  /** The identity at Globus Auth; it never changes. */
  sub: z.string(),
  /** `name@domain`; empty where Globus did not say. */
  username: z.string(),
  name: z.string(),
  /** The institution that vouched for it. */
  provider: z.string().exactOptional(),
  /** Unix milliseconds. */
  signedInAtMs: z.number(),
  /** The site's clusters use this one, where they name none. */
  isUsed: z.boolean(),
  /** A cluster of config.yaml names it, and uses it also where another is in use. */
  isNamed: z.boolean().exactOptional(),
  /** Its tokens belong to another program: they are not revoked at the sign-out. */
  isBorrowed: z.boolean(),
  grants: z.array(grant),
  /** Why it is of no use until the next sign-in. */
  problem: authReason.exactOptional(),
})
export type Account = z.infer<typeof account>

/** Whether somebody is meant by what config.yaml or a command names. */
export const isCalled = (name: string, { id, username, sub }: Pick<Account, 'id' | 'username' | 'sub'>): boolean => [id, username, sub].includes(name)

export const signInState = z.enum(['waiting', 'exchanging', 'done', 'failed', 'cancelled', 'expired'])
export type SignInState = z.infer<typeof signInState>

/** A sign-in that was begun. */
export const signIn = z.object({
  id: z.string(),
  site: siteName,
  /** The account that it renews; absent: a new one. */
  account: z.string().exactOptional(),
  way: signInWay,
  /** Of Globus' page, for the browser. */
  url: z.string(),
  /** Unix milliseconds: it is given up then. */
  expiresAtMs: z.number(),
  state: signInState,
  /** Why it failed. */
  problem: z.string().exactOptional(),
})
export type SignIn = z.infer<typeof signIn>

export const accountsState = z.object({
  sites: z.array(accountSite),
  accounts: z.array(account),
  /** Those under way, and the last that ended of each site. */
  signIns: z.array(signIn),
  /** The core can open the browser of whoever sits here. */
  opensBrowser: z.boolean(),
  /** Why the accounts that are kept cannot be read. */
  problem: z.string().exactOptional(),
})
export type AccountsState = z.infer<typeof accountsState>

/** Tokens that a site's own program keeps on this machine. */
export const foundTokens = z.object({
  id: z.string(),
  site: siteName,
  path: z.string(),
  /** The identity, where the file says so. */
  sub: z.string().exactOptional(),
  expiresAtMs: z.number(),
  isRenewed: z.boolean(),
})
export type FoundTokens = z.infer<typeof foundTokens>

/** An account as the gateway of its site sees it (wire/first.md, `/whoami`). */
export const whoAtSite = z.object({ username: z.string(), name: z.string(), /** UUIDs. */ groups: z.array(z.string()), provider: z.string().exactOptional() })
export type WhoAtSite = z.infer<typeof whoAtSite>

/** A token that is good now, for a script. */
export const freshToken = z.object({ accessToken: z.string(), expiresAtMs: z.number(), scopes: z.array(z.string()), username: z.string() })
export type FreshToken = z.infer<typeof freshToken>
