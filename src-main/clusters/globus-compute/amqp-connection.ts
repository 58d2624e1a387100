import type { Channel } from 'amqplib'
import { FirstError } from '@shared/errors'

/** A message, and what says that it is safe with us. */
export type OnMessage = (body: Buffer, acknowledge: () => void) => void

export interface AmqpConnection {
  /** Rejects where there is no such queue. @param onEnd the broker sends no more of it @returns how to stop */
  consume(queue: string, onMessage: OnMessage, onEnd: () => void): Promise<() => void>
  close(): Promise<void>
}

/** @param onClosed called once, however it ends */
export type ConnectAmqp = (url: string, onClosed: () => void) => Promise<AmqpConnection>

const connectTimeoutMs = 10_000
/** Results may have 10 MB each. */
const mostUnacknowledged = 16

/** Brokers are reached by TLS; in the clear only on this machine. @throws FirstError `upstream_garbled` */
function checked(url: string): string {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' }
  if (protocol === 'amqps:' || (protocol === 'amqp:' && (hostname === '127.0.0.1' || hostname === 'localhost'))) return url
  throw new FirstError('upstream_garbled', 'Globus Compute gave an address for results that is not secure.')
}

/** AMQP 0-9-1 by amqplib, which is loaded when it is first needed. A channel for each queue: one that fails ends no other. */
export const connectAmqp: ConnectAmqp = async (url, onClosed) => {
  const { connect } = await import('amqplib')
  const model = await connect(checked(url), { timeout: connectTimeoutMs, noDelay: true })
  // What went wrong is said by `close`, which follows.
  model.on('error', () => undefined)
  model.once('close', onClosed)

  const open = async (onEnd: () => void): Promise<{ readonly channel: Channel; readonly isOpen: () => boolean }> => {
    const channel = await model.createChannel()
    let isOpen = true
    channel.on('error', () => undefined)
    channel.once('close', () => {
      isOpen = false
      onEnd()
    })
    await channel.prefetch(mostUnacknowledged)
    return { channel, isOpen: () => isOpen }
  }

  return {
    async consume(queue, onMessage, onEnd) {
      const { channel, isOpen } = await open(onEnd)
      await channel.consume(queue, (message) => {
        if (message === null) onEnd()
        else
          onMessage(message.content, () => {
            if (isOpen()) channel.ack(message)
          })
      })
      return () => {
        if (isOpen()) channel.close().catch(onEnd)
      }
    },
    close: () => model.close().catch(() => undefined),
  }
}
