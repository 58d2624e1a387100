import { roughly } from '@renderer/ui/format'
import type { SignInWay } from '@shared/config/sites'
import type { Account, AccountSite, Grant } from '@shared/domain/account'

/** What a site asks of whoever signs in, a sentence each; empty where it says nothing. */
export function demandsOf({ note, domains, hasPolicy }: Pick<AccountSite, 'note' | 'domains' | 'hasPolicy'>): readonly string[] {
  return [
    ...(note === undefined ? [] : [note]),
    ...(domains.length === 0 ? [] : [`Only accounts of ${listed(domains)} are let in.`]),
    ...(hasPolicy ? ['Its policy decides which identity providers it accepts, and for how long a sign-in holds.'] : []),
  ]
}

/** `a`, `a or b`, `a, b or c`. */
function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}

/** The way that fits who sits here: a browser that the core cannot open may be on another machine. */
export function wayFor({ ways }: Pick<AccountSite, 'ways'>, opensBrowser: boolean): SignInWay {
  if (!opensBrowser && ways.includes('paste')) return 'paste'
  return ways[0] ?? 'browser'
}

/** What is left of a token, and what comes then. */
export function timeLeftOf({ expiresAtMs, isRenewed }: Pick<Grant, 'expiresAtMs' | 'isRenewed'>, nowMs: number): { readonly word: string; readonly tone: 'plain' | 'wait' } {
  const leftMs = expiresAtMs - nowMs
  if (isRenewed) return { word: leftMs > 0 ? `${roughly(leftMs)}, then renewed` : 'renewed at the next use', tone: 'plain' }
  return leftMs > 0 ? { word: `${roughly(leftMs)}, not renewed`, tone: leftMs < 60 * 60_000 ? 'wait' : 'plain' } : { word: 'over', tone: 'wait' }
}

/** Whom the site takes somebody for, in one line. */
export function callOf({ name, username, sub }: Pick<Account, 'name' | 'username' | 'sub'>): string {
  return username || name || sub
}

export function titleOf(sites: readonly AccountSite[], name: string): string {
  return sites.find((site) => site.name === name)?.title ?? name
}
