import type { SiteConfig } from '@shared/config/sites'
import { isCalled } from '@shared/domain/account'
import { FirstError } from '@shared/errors'
import type { Person } from './auth-client'
import { ofGateway } from './problems'
import { toRecord } from './records'
import { authServer, joinScopes } from './scopes'
import type { SignInDeps } from './sign-in-deps'
import type { TokenAnswer } from './token-answer'

export interface Admission {
  readonly siteName: string
  readonly site: SiteConfig
  /** Id or username of whom it is for; absent: anybody. */
  readonly mustBe: string | undefined
  readonly scopes: readonly string[]
  readonly askedAtMs: number
}

/**
 * Checks the tokens of a sign-in and keeps them. @returns id of the account
 * @throws FirstError `sign_in_failed` where they are not for who or what was asked; they are revoked then
 */
export async function admit(answer: TokenAnswer, admission: Admission, deps: Pick<SignInDeps, 'store' | 'auth' | 'mask' | 'logger'>): Promise<string> {
  const { site, siteName, mustBe, scopes, askedAtMs } = admission
  const { store, mask } = deps
  for (const value of valuesOf(answer.tokens)) mask(value)
  try {
    const person = await whoIs(answer, deps)
    if (answer.sub !== undefined && answer.sub !== person.sub) throw new FirstError('sign_in_failed', 'Globus told of two different people.')
    const id = `${siteName}/${person.sub}`
    if (mustBe !== undefined && !isCalled(mustBe, { id, ...person })) {
      const [old, other] = [store.account(mustBe)?.username || mustBe, person.username || person.sub]
      throw new FirstError('sign_in_failed', `You signed in as ${other}, and this account is ${old}.`, { action: `Sign in as ${old}, or add ${other} as another account.` })
    }
    if (!answer.tokens.some(({ resourceServer }) => resourceServer === site.resourceServer)) throw new FirstError('sign_in_failed', `Globus gave no token for ${site.title}: the consent for it was left out.`, { action: 'Sign in again, and allow what the page lists.' })

    const known = store.account(id)
    const inUse = store.accounts().find((one) => one.site === siteName && one.id !== id && one.isUsed)
    // One that the site does not take is of no use to its clusters.
    const givesWay = inUse?.problems[ofGateway]?.kind === 'identity_provider'
    const records = answer.tokens.map((token) => toRecord(token, askedAtMs))
    const replaced = known === undefined || known.isBorrowed ? [] : store.records(id).filter(({ resourceServer }) => records.some((one) => one.resourceServer === resourceServer))
    await store.putAccount(
      {
        id,
        site: siteName,
        clientId: site.clientId,
        ...person,
        signedInAtMs: askedAtMs,
        isUsed: givesWay || (known?.isUsed ?? inUse === undefined),
        isBorrowed: false,
        scopes: joinScopes(known?.scopes, scopes),
        problems: {},
        resourceServers: [...new Set([...(known?.resourceServers ?? []), ...records.map(({ resourceServer }) => resourceServer)])],
      },
      records,
    )
    if (inUse !== undefined && givesWay) await store.putAccount({ ...inUse, isUsed: false })
    // Else they would be good for months, and no sign-out would know of them. Nobody waits for it.
    if (known !== undefined) void revokeAll({ values: valuesOf(replaced), clientId: known.clientId, siteName }, deps)
    return id
  } catch (cause) {
    await discard(answer, admission, deps)
    throw cause
  }
}

const valuesOf = (tokens: readonly { readonly accessToken: string; readonly refreshToken?: string }[]): string[] => tokens.flatMap(({ accessToken, refreshToken }) => [...(refreshToken === undefined ? [] : [refreshToken]), accessToken])

/** Revokes tokens that nobody is to have. */
export function discard({ tokens }: TokenAnswer, { site, siteName }: Pick<Admission, 'site' | 'siteName'>, deps: Pick<SignInDeps, 'auth' | 'logger'>): Promise<void> {
  return revokeAll({ values: valuesOf(tokens), clientId: site.clientId, siteName }, deps)
}

async function revokeAll({ values, clientId, siteName }: { readonly values: readonly string[]; readonly clientId: string; readonly siteName: string }, { auth, logger }: Pick<SignInDeps, 'auth' | 'logger'>): Promise<void> {
  const given = await Promise.allSettled(values.map((token) => auth.revoke({ clientId, token })))
  if (given.some(({ status }) => status === 'rejected')) logger.warn({ site: siteName }, 'tokens that nobody uses could not be revoked')
}

/** By the token that is for this; twice, because the code is spent and nothing is known without. */
async function whoIs({ tokens }: TokenAnswer, { auth }: Pick<SignInDeps, 'auth'>): Promise<Person> {
  const token = tokens.find(({ resourceServer }) => resourceServer === authServer)
  if (token === undefined) throw new FirstError('sign_in_failed', 'Globus did not say who signed in.')
  try {
    return await auth.userinfo(token.accessToken)
  } catch (cause) {
    if (!(cause instanceof FirstError)) throw cause
    return auth.userinfo(token.accessToken)
  }
}
