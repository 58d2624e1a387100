import type { Channel, ChannelModel } from 'amqplib'
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

/**
 * Where to try, in this order: as it was given, and by the port that firewalls leave open (wire/globus.md, "AMQP results").
 * Brokers are reached by TLS; in the clear only on this machine.
 * @throws FirstError `upstream_garbled`
 */
export function addressesOf(given: string): readonly string[] {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url?.protocol === 'amqp:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost')) return [given]
  if (url?.protocol !== 'amqps:') throw new FirstError('upstream_garbled', 'Globus Compute gave an address for results that is not secure.')
  if (url.port === '443') return [given]
  url.port = '443'
  return [given, url.href]
}

async function connectFirst([url, ...others]: readonly string[]): Promise<ChannelModel> {
  const { connect } = await import('amqplib')
  try {
    return await connect(url ?? '', { timeout: connectTimeoutMs, noDelay: true })
  } catch (cause) {
    if (others.length === 0) throw cause
    return connectFirst(others)
  }
}

/** AMQP 0-9-1 by amqplib, which is loaded when it is first needed. A channel for each queue: one that fails ends no other. */
export const connectAmqp: ConnectAmqp = async (url, onClosed) => {
  const model = await connectFirst(addressesOf(url))
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
