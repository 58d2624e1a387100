import { describe, expect, it, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { createSignInFlow, type SignInFlowDeps } from '@renderer/features/accounts/sign-in/flow'
import type { CoreState } from '@renderer/rpc'
import type { Account, SignIn } from '@shared/domain/account'
import { FirstError } from '@shared/errors'

const ada: Account = { id: 'alcf/ada', site: 'alcf', sub: 'ada', username: 'ada@anl.gov', name: 'Ada', signedInAtMs: 0, isUsed: true, isBorrowed: false, grants: [] }

interface Wait {
  resolve(account: Account): void
  reject(cause: unknown): void
}

/** A core whose sign-ins end when the test says so. */
function createCore() {
  const core = createStore<CoreState>(() => ({ connection: 'open', sinceMs: 0 }))
  const begun: string[] = []
  const cancelled: string[] = []
  const told: Account[] = []
  let waits: Wait[] = []
  const client: SignInFlowDeps['client'] = {
    accounts: {
      signIn({ site, way = 'browser' }) {
        const id = `sign-in ${begun.push(site)}`
        const signIn: SignIn = { id, site, way, url: 'https://auth.test/', expiresAtMs: 1, state: 'waiting' }
        return Promise.resolve(signIn)
      },
      wait() {
        return new Promise((resolve, reject) => (waits = [...waits, { resolve, reject }]))
      },
      paste: () => Promise.reject(new FirstError('sign_in_failed', 'This is no code.')),
      cancel: ({ id }) => Promise.resolve(cancelled.push(id)).then(() => ({})),
    },
  }
  const flow = createSignInFlow({ client, core, onDone: (account) => told.push(account), onError: () => undefined })
  const isWaiting = (count: number): Promise<void> => vi.waitFor(() => expect(waits).toHaveLength(count))
  return { flow, core, begun, cancelled, told, waits: () => waits, isWaiting }
}

describe('a sign-in of the window', () => {
  it('is not begun before what the site demands was read', () => {
    const { flow, begun } = createCore()
    flow.ask({ site: 'alcf' })
    expect(flow.state.getState().kind).toBe('asked')
    expect(begun).toEqual([])
  })

  it('does all that waited for it, once, also what asked while its dialog was hidden', async () => {
    const { flow, begun, told, waits, isWaiting } = createCore()
    const sent: string[] = []
    const ask = (message: string): void => flow.askAndBegin({ site: 'alcf', purpose: message, onDone: () => sent.push(message) })
    ask('first')
    await isWaiting(1)
    flow.hide()
    ask('second')
    ask('second')
    waits()[0]?.resolve(ada)
    await vi.waitFor(() => expect(flow.state.getState().kind).toBe('none'))
    expect([begun, told, sent]).toEqual([['alcf'], [ada], ['first', 'second']])
  })

  it('that is cancelled does nothing later', async () => {
    const { flow, cancelled, told, waits, isWaiting } = createCore()
    flow.askAndBegin({ site: 'alcf', onDone: (account) => told.push(account) })
    await isWaiting(1)
    flow.cancel()
    waits()[0]?.resolve(ada)
    await vi.waitFor(() => expect(cancelled).toEqual(['sign-in 1']))
    expect([flow.state.getState().kind, told]).toEqual(['none', []])
  })

  it('that failed says why, and may be begun again', async () => {
    const { flow, waits, told, isWaiting } = createCore()
    flow.askAndBegin({ site: 'alcf' })
    await isWaiting(1)
    waits()[0]?.reject(new FirstError('sign_in_failed', 'The sign-in to ALCF was declined.'))
    await vi.waitFor(() => expect(flow.state.getState()).toMatchObject({ kind: 'failed', problem: { message: 'The sign-in to ALCF was declined.' } }))
    flow.begin()
    await isWaiting(2)
    waits()[1]?.resolve(ada)
    await vi.waitFor(() => expect(told).toEqual([ada]))
  })

  it('waits on where the line to the core broke', async () => {
    const { flow, core, waits, told, isWaiting } = createCore()
    flow.askAndBegin({ site: 'alcf' })
    await isWaiting(1)
    core.setState({ connection: 'lost' })
    waits()[0]?.reject(new FirstError('core_unreachable', 'It does not answer.'))
    await vi.waitFor(() => expect(flow.state.getState().kind).toBe('waiting'))
    // What was rejected is dealt with before the line is back.
    await new Promise((done) => setImmediate(done))
    core.setState({ connection: 'open' })
    await isWaiting(2)
    waits()[1]?.resolve(ada)
    await vi.waitFor(() => expect(told).toEqual([ada]))
  })

  it('goes on waiting after a code that is none', async () => {
    const { flow, isWaiting } = createCore()
    flow.askAndBegin({ site: 'alcf' }, 'paste')
    await isWaiting(1)
    expect(await flow.paste('nonsense')).toMatchObject({ message: 'This is no code.' })
    expect(flow.state.getState().kind).toBe('waiting')
  })
})
