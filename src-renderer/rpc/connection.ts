import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { FirstError } from '@shared/errors'
import type { Contract, Session } from '@shared/rpc/contract'
import type { StoreApi } from 'zustand'
import type { Clock } from '../db/environment'
import { backoffMs } from './backoff'
import { applyEvent, type ConnectionState, type CoreState, createCoreState } from './core-state'
import type { Channel, Transport } from './transport'

export type CoreClient = ContractRouterClient<Contract>

export interface CoreConnection {
  /** Calls wait for the connection, for at most 15 s, then reject with `core_unreachable`. */
  readonly client: CoreClient
  readonly state: StoreApi<CoreState>
  /** The present session; waits for the first one. Its key changes when the core was started again. */
  session(signal?: AbortSignal): Promise<Session>
  /** Asks the core for the session again, after a key was refused. */
  refreshSession(): Promise<Session>
  /** Tries at once, instead of when the wait is over. */
  retryNow(): void
  close(): void
}

export interface ConnectionDeps {
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
}

const patienceMs = 15_000

/** Keeps one channel to the core open, and what the core tells over it up to date. */
export function createCoreConnection({ transport, clock, random }: ConnectionDeps): CoreConnection {
  const state = createCoreState(clock.now())
  let channel: Channel | undefined
  let isClosed = false
  const pauses = new Set<() => void>()
  const waiting = new Set<() => void>()

  /** Also where the compiler cannot see that it changes while something is awaited. */
  const isEnded = (): boolean => isClosed

  function become(connection: ConnectionState, changes: Partial<CoreState> = {}): void {
    const sinceMs = state.getState().connection === connection ? state.getState().sinceMs : clock.now()
    state.setState({ connection, sinceMs, ...changes })
  }

  /** Waits until `ready` gives something; rejects after a while, or when the caller leaves. */
  function waitFor<T>(ready: () => T | undefined, signal?: AbortSignal): Promise<T> {
    const now = ready()
    if (now !== undefined) return Promise.resolve(now)
    return new Promise((found, failed) => {
      const stop = (): void => {
        waiting.delete(check)
        cancelTimer()
        signal?.removeEventListener('abort', leave)
      }
      const check = (): void => {
        const value = ready()
        if (value === undefined) return
        stop()
        found(value)
      }
      const leave = (): void => {
        stop()
        failed(new FirstError('cancelled', 'The caller left before the core answered.'))
      }
      const cancelTimer = clock.after(patienceMs, () => {
        stop()
        failed(new FirstError('core_unreachable', 'FIRST Desktop does not answer this window.'))
      })
      if (signal?.aborted) leave()
      signal?.addEventListener('abort', leave, { once: true })
      waiting.add(check)
    })
  }

  function tellWaiting(): void {
    for (const check of [...waiting]) check()
  }

  const link: ClientLink<ClientContext> = {
    async call(path, input, options) {
      const open = await waitFor(() => channel, options.signal)
      return open.link.call(path, input, options)
    },
  }
  const client: CoreClient = createORPCClient(link)

  function pause(delayMs: number): Promise<void> {
    return new Promise((over) => {
      const end = (): void => {
        cancel()
        pauses.delete(end)
        over()
      }
      const cancel = clock.after(delayMs, end)
      pauses.add(end)
    })
  }

  function endPauses(): void {
    for (const end of [...pauses]) end()
  }

  async function refreshSession(): Promise<Session> {
    const session = await client.session.open()
    state.setState({ session })
    tellWaiting()
    return session
  }

  /** Follows the core's events for as long as the channel lives; a subscription that ends alone is made again. */
  async function follow(open: Channel): Promise<void> {
    for (let attempt = 1; channel === open && !isEnded(); attempt += 1) {
      try {
        await refreshSession()
        become('open')
        for await (const event of await client.events.watch()) {
          attempt = 0
          state.setState(applyEvent(event))
        }
      } catch (cause) {
        // The channel's end is told by `closed`; anything else is tried again below.
        if (channel !== open) return
        state.setState({ lastProblem: cause })
      }
      await pause(backoffMs(attempt + 1, random))
    }
  }

  async function run(): Promise<void> {
    for (let attempt = 1; !isEnded(); attempt += 1) {
      try {
        const open = await transport.connect()
        if (isEnded()) {
          open.close()
          return
        }
        channel = open
        attempt = 0
        tellWaiting()
        void follow(open)
        await open.closed
      } catch (cause) {
        state.setState({ lastProblem: cause })
      }
      channel = undefined
      if (isEnded()) return
      become('lost')
      await pause(backoffMs(attempt + 1, random))
    }
  }

  void run()
  return {
    client,
    state,
    session: (signal) => waitFor(() => state.getState().session, signal),
    refreshSession,
    retryNow: endPauses,
    close() {
      isClosed = true
      channel?.close()
      endPauses()
    },
  }
}
