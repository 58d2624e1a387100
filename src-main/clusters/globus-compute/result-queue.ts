import { toFirstError } from '@shared/errors'
import type { Timers } from '../local/timers'
import type { AmqpConnection, ConnectAmqp } from './amqp-connection'
import type { TaskAnswer } from './answers'
import { readResultMessage } from './result-message'

export interface ResultQueueDeps {
  /** Where results are sent, with a password that is good for one connection. */
  readonly ask: (signal: AbortSignal) => Promise<{ readonly queuePrefix: string; readonly url: string }>
  readonly connect: ConnectAmqp
  readonly timers: Timers
  readonly onResult: (task: string, answer: TaskAnswer, acknowledge: () => void) => void
  /** Some task group is not heard any more. */
  readonly onLost: () => void
}

/** Results as Globus Compute sends them, task group by task group; where it does not, they are asked for. */
export interface ResultQueue {
  /** Whether the groups that are submitted now will be heard. */
  isOpen(): boolean
  /** Whether results of a group are sent here. */
  hears(group: string): boolean
  /** Opens the way in the background, unless it was found closed a while ago. */
  wake(): void
  listen(group: string): void
  leave(group: string): void
  close(): Promise<void>
}

const firstRestMs = 1_000
const longestRestMs = 10 * 60_000
const passing: ReadonlySet<string> = new Set(['too_many_requests', 'sign_in_needed', 'upstream_unreachable'])
const lastingFailures = 9
/** One that lasted so long was a good one. */
const goodMs = 60_000
/** With nothing to wait for the connection is given up. */
const idleMs = 5 * 60_000

export function createResultQueue({ ask, connect, timers, onResult, onLost }: ResultQueueDeps): ResultQueue {
  const closing = new AbortController()
  /** By group how to stop, once it is heard. */
  const groups = new Map<string, (() => void) | undefined>()
  let open: { readonly connection: AmqpConnection; readonly prefix: string; readonly sinceMs: number } | undefined
  let isOpening = false
  /** Somebody asked for it while it rested. */
  let isWanted = false
  let failures = 0
  let restsUntilMs = -Infinity
  let cancelIdle: (() => void) | undefined

  const rest = (): void => {
    const restMs = Math.min(longestRestMs, firstRestMs * 2 ** failures++)
    restsUntilMs = timers.now() + restMs
    timers.after(restMs, () => {
      if (groups.size > 0 || isWanted) wake()
    })
  }

  const wake = (): void => {
    isWanted = true
    if (open !== undefined || isOpening || closing.signal.aborted || timers.now() < restsUntilMs) return
    isOpening = true
    isWanted = false
    void connectNow().finally(() => (isOpening = false))
  }

  const connectNow = async (): Promise<void> => {
    try {
      const { queuePrefix: prefix, url } = await ask(closing.signal)
      const connection = await connect(url, () => closed(connection))
      if (closing.signal.aborted) {
        await connection.close()
        return
      }
      open = { connection, prefix, sinceMs: timers.now() }
      for (const group of groups.keys()) void consume(group)
      restIdly()
    } catch (cause) {
      // The service has none, or the port is closed: that does not change soon.
      if (!passing.has(toFirstError(cause).code)) failures = Math.max(failures, lastingFailures)
      rest()
    }
  }

  const closed = (connection: AmqpConnection): void => {
    if (open?.connection !== connection) return
    if (timers.now() - open.sinceMs >= goodMs) failures = 0
    open = undefined
    for (const group of groups.keys()) groups.set(group, undefined)
    if (closing.signal.aborted) return
    rest()
    onLost()
  }

  const consume = async (group: string): Promise<void> => {
    const at = open
    if (at === undefined) return
    const unheard = (): void => {
      if (open !== at || !groups.has(group)) return
      groups.set(group, undefined)
      onLost()
    }
    try {
      const stop = await at.connection.consume(`${at.prefix}${group}`, take, unheard)
      if (open === at && groups.has(group)) groups.set(group, stop)
      else stop()
    } catch {
      unheard()
    }
  }

  const take = (body: Buffer, acknowledge: () => void): void => {
    const read = readResultMessage(body)
    if (read === undefined) acknowledge()
    else onResult(read.task, read.answer, acknowledge)
  }

  const restIdly = (): void => {
    cancelIdle?.()
    if (groups.size > 0) return
    cancelIdle = timers.after(idleMs, () => {
      const connection = open?.connection
      open = undefined
      isWanted = false
      void connection?.close()
    })
  }

  return {
    isOpen: () => open !== undefined,
    hears: (group) => groups.get(group) !== undefined,
    wake,
    listen(group) {
      cancelIdle?.()
      groups.set(group, undefined)
      void consume(group)
      wake()
    },
    leave(group) {
      const stop = groups.get(group)
      groups.delete(group)
      stop?.()
      restIdly()
    },
    async close() {
      closing.abort()
      cancelIdle?.()
      await open?.connection.close()
    },
  }
}
