import type { CoreClient, CoreConnection } from '@renderer/rpc'
import { problemOf, type Problem } from '@renderer/ui/problem'
import type { SignInWay } from '@shared/config/sites'
import type { Account, SignIn } from '@shared/domain/account'
import type { SessionDemands } from '@shared/globus/auth-reason'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** What a sign-in is for. */
export interface SignInAsk {
  readonly site: string
  readonly account?: string
  readonly isAnother?: boolean
  readonly scopes?: readonly string[]
  readonly session?: SessionDemands
  /** Why it is needed, as the site said. */
  readonly sentence?: string
  /** What is done after it; of those with the same `purpose` the last. */
  readonly purpose?: string
  readonly onDone?: (account: Account) => void
}

export type SignInStage =
  | { readonly kind: 'none' }
  /** Nothing was begun: what the site demands is read first. */
  | { readonly kind: 'asked'; readonly ask: SignInAsk; readonly isShown: boolean }
  | { readonly kind: 'beginning'; readonly ask: SignInAsk; readonly isShown: boolean; readonly way: SignInWay | undefined }
  | { readonly kind: 'waiting'; readonly ask: SignInAsk; readonly isShown: boolean; readonly signIn: SignIn }
  | { readonly kind: 'failed'; readonly ask: SignInAsk; readonly isShown: boolean; readonly problem: Problem }

export interface SignInFlow {
  readonly state: StoreApi<SignInStage>
  /** Shows what the site demands; a sign-in that waits for the same account is shown again in its place. */
  ask(ask: SignInAsk): void
  /** For somebody who was told already why: the browser opens at once. */
  askAndBegin(ask: SignInAsk, way?: SignInWay): void
  begin(way?: SignInWay): void
  /** @returns what is wrong with the code, while the sign-in still waits for another one */
  paste(code: string): Promise<Problem | undefined>
  /** The sign-in goes on without its dialog. */
  hide(): void
  show(): void
  cancel(): void
}

export interface SignInFlowDeps {
  readonly client: { readonly accounts: Pick<CoreClient['accounts'], 'signIn' | 'wait' | 'paste' | 'cancel'> }
  readonly core: CoreConnection['state']
  readonly onDone: (account: Account) => void
  readonly onError: (cause: unknown) => void
}

const none: SignInStage = { kind: 'none' }

/** One sign-in of this window at a time. */
export function createSignInFlow({ client, core, onDone, onError }: SignInFlowDeps): SignInFlow {
  const state = createStore<SignInStage>(() => none)
  const move = (stage: SignInStage): void => state.setState(stage, true)
  /** Counts what was begun, so that the end of an older one changes nothing. */
  let present = 0
  const waiters = new Map<string, (account: Account) => void>()
  const note = ({ purpose = '', onDone: next }: SignInAsk): void => {
    if (next !== undefined) waiters.set(purpose, next)
  }

  async function run(ask: SignInAsk, way: SignInWay | undefined): Promise<void> {
    const mine = ++present
    move({ kind: 'beginning', ask, isShown: true, way })
    try {
      const signIn = await client.accounts.signIn(requestOf(ask, way))
      if (mine !== present) {
        await abandon(signIn.id)
        return
      }
      move({ kind: 'waiting', ask, isShown: true, signIn })
      const account = await waited(signIn.id)
      if (mine !== present) return
      move(none)
      onDone(account)
      const after = [...waiters.values()]
      waiters.clear()
      for (const next of after) next(account)
    } catch (cause) {
      if (mine === present) move({ kind: 'failed', ask, isShown: true, problem: problemOf(cause) })
    }
  }

  /** A line to the core that breaks does not end a sign-in. */
  async function waited(id: string): Promise<Account> {
    for (;;) {
      try {
        return await client.accounts.wait({ id })
      } catch (cause) {
        if (core.getState().connection === 'open') throw cause
        await whenOpen(core)
      }
    }
  }

  async function abandon(id: string): Promise<void> {
    await client.accounts.cancel({ id })
  }

  const start = (ask: SignInAsk, way: SignInWay | undefined): void => void run(ask, way)
  const setShown = (isShown: boolean): void => {
    const now = state.getState()
    if (now.kind !== 'none') move({ ...now, isShown })
  }
  const isUnderWay = ({ site, account }: SignInAsk): boolean => {
    const now = state.getState()
    return (now.kind === 'waiting' || now.kind === 'beginning') && now.ask.site === site && now.ask.account === account
  }
  const leave = (): void => {
    present += 1
    waiters.clear()
    const now = state.getState()
    move(none)
    if (now.kind === 'waiting') abandon(now.signIn.id).catch(onError)
  }

  return {
    state,
    ask(ask) {
      if (!isUnderWay(ask)) leave()
      note(ask)
      if (state.getState().kind === 'none') move({ kind: 'asked', ask, isShown: true })
      else setShown(true)
    },
    askAndBegin(ask, way) {
      if (!isUnderWay(ask)) leave()
      note(ask)
      if (state.getState().kind === 'none') start(ask, way)
      else setShown(true)
    },
    begin(way) {
      const now = state.getState()
      if (now.kind !== 'none') start(now.ask, way)
    },
    async paste(code) {
      const now = state.getState()
      if (now.kind !== 'waiting') return undefined
      try {
        await client.accounts.paste({ id: now.signIn.id, code })
        return undefined
      } catch (cause) {
        return problemOf(cause)
      }
    },
    hide() {
      const now = state.getState()
      if (now.kind === 'waiting' || now.kind === 'beginning') setShown(false)
      else leave()
    },
    show: () => setShown(true),
    cancel: leave,
  }
}

function requestOf({ site, account, isAnother, scopes, session }: SignInAsk, way: SignInWay | undefined) {
  return {
    site,
    ...(account !== undefined && { account }),
    ...(isAnother !== undefined && { isAnother }),
    ...(scopes !== undefined && { scopes: [...scopes] }),
    ...(session !== undefined && { session }),
    ...(way !== undefined && { way }),
  }
}

function whenOpen(core: CoreConnection['state']): Promise<void> {
  return new Promise((done) => {
    const stop = core.subscribe(({ connection }) => {
      if (connection !== 'open') return
      stop()
      done()
    })
  })
}
