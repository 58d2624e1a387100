import { randomBytes } from 'node:crypto'
import { isCalled, type SignIn, type SignInState } from '@shared/domain/account'
import type { SiteConfig } from '@shared/config/sites'
import { FirstError, toFirstError } from '@shared/errors'
import type { SessionDemands } from '@shared/globus/auth-reason'
import { joinSessions } from '@shared/globus/join-reasons'
import { admit, discard } from './admit'
import { GlobusRefusal } from './auth-client'
import { authorizeUrl } from './authorize-url'
import { listenOnLoopback, type Loopback } from './loopback'
import { readPastedCode, type PastedCode } from './pasted-code'
import { createPkce, type Pkce } from './pkce'
import { ofGateway } from './problems'
import { joinScopes, ownScopes } from './scopes'
import type { SignInDeps, SignInRequest, SignIns } from './sign-in-deps'
import type { StoredAccount } from './token-store'

/** Long enough for a password, a second factor and a coffee. */
const timeoutMs = 10 * 60_000
/** The port stays for a while after the end, so that what comes a second time is refused and logged. */
const lingerMs = 60_000

interface Running {
  view: SignIn
  readonly site: SiteConfig
  /** Id or username: nobody else may sign in. */
  readonly mustBe: string | undefined
  readonly scopes: readonly string[]
  readonly pkce: Pkce
  readonly state: string
  readonly redirectUri: string
  readonly loopback: Loopback | undefined
  readonly ended: Promise<string>
  readonly settle: { readonly done: (account: string) => void; readonly failed: (error: FirstError) => void }
  readonly stopTimer: () => void
}

/** Sign-ins under way, each with a state, a verifier and a way back of its own. */
export function createSignIns(deps: SignInDeps): SignIns {
  const { store, sites, auth, authUrl, now, after, mask, logger, shown, onChange, wayBack } = deps
  const all = new Map<string, Running>()

  const find = (id: string): Running => {
    const running = all.get(id)
    if (running === undefined) throw new FirstError('sign_in_failed', 'There is no such sign-in, or it was a while ago.')
    return running
  }
  const move = (running: Running, state: SignInState, problem?: string): void => {
    running.view = { ...running.view, state, ...(problem !== undefined && { problem }) }
    onChange()
  }
  const end = (running: Running, state: 'failed' | 'cancelled' | 'expired', error: FirstError): void => {
    if (running.view.state !== 'waiting' && running.view.state !== 'exchanging') return
    running.stopTimer()
    move(running, state, error.message)
    running.settle.failed(error)
    linger(running)
  }
  const linger = ({ loopback }: Running): void => {
    if (loopback !== undefined) after(lingerMs, () => loopback.close())
  }

  const exchange = async (running: Running, answer: PastedCode): Promise<string> => {
    const { site, mustBe, scopes, pkce, redirectUri, view } = running
    if (answer.code === undefined) throw denied(answer.error, site)
    mask(answer.code)
    const askedAtMs = now()
    const tokens = await auth.exchange({ clientId: site.clientId, code: answer.code, verifier: pkce.verifier, redirectUri })
    const admission = { site, siteName: view.site, mustBe, scopes, askedAtMs }
    if (running.view.state === 'exchanging') return admit(tokens, admission, deps)
    await discard(tokens, admission, deps)
    throw new FirstError('sign_in_failed', 'The sign-in was cancelled.')
  }

  /** Takes the one answer. @throws FirstError that says why nobody is signed in */
  const complete = async (running: Running, answer: PastedCode): Promise<string> => {
    if (running.view.state !== 'waiting') {
      logger.warn({ site: running.view.site, state: running.view.state }, 'a second answer to a sign-in was refused')
      throw new FirstError('sign_in_failed', 'This sign-in is over: its code can be used once.')
    }
    move(running, 'exchanging')
    try {
      const account = await exchange(running, answer)
      running.stopTimer()
      move(running, 'done')
      running.settle.done(account)
      linger(running)
      logger.info({ site: running.view.site }, 'somebody signed in')
      deps.onSignedIn(running.view.site, account)
      return account
    } catch (cause) {
      const error = failure(cause)
      logger.warn({ site: running.view.site, code: error.code, cause: cause instanceof GlobusRefusal ? cause.code : error.message }, 'a sign-in failed')
      end(running, 'failed', error)
      throw error
    }
  }

  const answered = (id: string) => async (answer: PastedCode) => {
    try {
      const account = shown(await complete(find(id), answer))
      return { isDone: true, sentence: `You are ${account.name || account.username}${account.username === '' ? '' : ` (${account.username})`}.` }
    } catch (cause) {
      const { message, kind } = toFirstError(cause)
      return { isDone: false, sentence: `${message} ${kind.action}` }
    }
  }

  /** The account that is renewed. */
  const whose = ({ site, account, isAnother }: SignInRequest): StoredAccount | undefined => {
    const there = store.accounts().filter((one) => one.site === site)
    if (account !== undefined) return there.find((one) => isCalled(account, one))
    return isAnother === true ? undefined : there.find(({ isUsed }) => isUsed)
  }

  /** Of the services that clusters of a site use, by whoever is renewed; of somebody new all. */
  const scopesOfClusters = (site: string, renews: StoredAccount | undefined): string[] =>
    deps.wanted().flatMap(({ site: of, account, scope }) => (of === site && scope !== undefined && (account === undefined || renews === undefined || isCalled(account, renews)) ? [scope] : []))

  return {
    list: () => Array.from(all.values(), ({ view }) => view),
    async begin(request) {
      const site = sites.get(request.site)
      const way = request.way ?? site.ways[0] ?? 'browser'
      const renews = whose(request)
      // Else Globus takes whoever is signed in with it, and asks nobody who they are: again and again, where that was somebody else.
      let isFresh = renews === undefined ? request.isAnother === true || request.account !== undefined : store.accounts().some(({ sub }) => sub !== renews.sub)
      for (const other of all.values()) {
        if (other.view.site !== request.site || other.view.account !== renews?.id) continue
        isFresh ||= other.view.state === 'failed'
        end(other, 'cancelled', new FirstError('cancelled', 'Another sign-in was begun in its place.'))
        all.delete(other.view.id)
      }
      const [id, state, pkce] = [randomBytes(12).toString('base64url'), randomBytes(24).toString('base64url'), createPkce()]
      mask(pkce.verifier)
      const loopback = way === 'browser' ? await listenOnLoopback({ state, logger, wayBack, onAnswer: answered(id) }) : undefined
      const redirectUri = loopback?.redirectUri ?? `${authUrl}/v2/web/auth-code`
      const reason = renews === undefined ? undefined : deps.problemOf(renews)
      const scopes = joinScopes(ownScopes, [site.scope], site.moreScopes, scopesOfClusters(request.site, renews), renews?.scopes, reason?.requiredScopes, request.scopes)
      const session = demandsOf(site, reason?.session, request.session, isFresh ? { isFresh } : undefined)
      const url = authorizeUrl(authUrl, { clientId: site.clientId, redirectUri, scopes, state, challenge: pkce.challenge, session, label: 'FIRST Desktop' })
      let settle: Running['settle'] = { done: () => undefined, failed: () => undefined }
      const ended = new Promise<string>((done, failed) => (settle = { done, failed }))
      // Nobody need wait for it.
      ended.catch(() => undefined)
      const expiresAtMs = now() + timeoutMs
      const stopTimer = after(timeoutMs, () => end(find(id), 'expired', new FirstError('sign_in_failed', 'Nobody signed in within ten minutes.')))
      const view: SignIn = { id, site: request.site, way, url, expiresAtMs, state: 'waiting', ...(renews !== undefined && { account: renews.id }) }
      // Whom the site does not take at all may come as somebody else.
      const mustBe = renews?.problems[ofGateway]?.kind === 'identity_provider' ? undefined : (renews?.id ?? request.account)
      all.set(id, { view, site, mustBe, scopes, pkce, state, redirectUri, loopback, ended, settle, stopTimer })
      onChange()
      return view
    },
    async wait(id, signal) {
      const { ended } = find(id)
      signal.throwIfAborted()
      const left = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(new FirstError('cancelled', 'Interrupted.')), { once: true }))
      return shown(await Promise.race([ended, left]))
    },
    async paste(id, text) {
      const running = find(id)
      const answer = readPastedCode(text)
      if (answer === undefined) throw new FirstError('sign_in_failed', 'This is neither a code of Globus nor the address that the browser came back to.', { action: 'Copy the whole code that the page shows, and paste it again.' })
      if (answer.state !== undefined && answer.state !== running.state) {
        logger.warn({ site: running.view.site }, 'an answer to another sign-in was pasted, and refused')
        throw new FirstError('sign_in_failed', 'This address is of another sign-in.', { action: 'Paste the one that the newest page led to.' })
      }
      return shown(await complete(running, answer))
    },
    cancel: (id) => end(find(id), 'cancelled', new FirstError('cancelled', 'The sign-in was cancelled.')),
    cancelOf(account) {
      for (const running of all.values()) if (running.view.account === account) end(running, 'cancelled', new FirstError('cancelled', 'The account was signed out.'))
    },
    close() {
      for (const running of all.values()) {
        end(running, 'cancelled', new FirstError('shutting_down', 'FIRST Desktop is closing.'))
        running.loopback?.close()
      }
    },
  }
}

/** The site's own policies always; what a refusal asked for beside them, and then with a fresh sign-in. */
function demandsOf(site: SiteConfig, ...asked: readonly (SessionDemands | undefined)[]): SessionDemands {
  return joinSessions({ policies: site.policies }, ...asked)
}

function denied(error: string | undefined, { title, note }: SiteConfig): FirstError {
  if (error === 'access_denied') return new FirstError('sign_in_failed', `The sign-in to ${title} was declined.`, { ...(note !== undefined && { action: `Begin again, and allow what the page lists. ${note}` }) })
  return new FirstError('sign_in_failed', `Globus did not let you sign in to ${title}${error !== undefined && /^[\w.-]{1,64}$/.test(error) ? ` (${error})` : ''}.`)
}

function failure(cause: unknown): FirstError {
  if (cause instanceof GlobusRefusal)
    return cause.code === 'invalid_grant' ? new FirstError('sign_in_failed', 'Globus did not take the code: it was used before, is too old, or belongs to another sign-in.') : new FirstError('sign_in_failed', `Globus refused this sign-in (${cause.code}).`)
  const error = toFirstError(cause)
  // Another try must begin anew: the code is spent.
  return error.code.startsWith('upstream_') ? new FirstError('sign_in_failed', `The sign-in could not be completed. ${error.message}`, { cause: error }) : error
}
