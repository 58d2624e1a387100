import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { serveConnection } from './connection'
import { Queue } from './queues'

/** An AMQP 0-9-1 broker on loopback, as the service has it: queues are made by the service, and consumed by whom they belong to. */
export interface Broker {
  readonly port: number
  /** Where a user logs in, with a new password: the one before opens nothing any more. */
  urlFor(user: string): string
  declare(queue: string, owner: string): void
  has(queue: string): boolean
  publish(queue: string, body: Buffer): void
  /** Messages that are not acknowledged, of all queues. */
  left(): number
  /** Logins so far. */
  readonly opened: number
  connections(): number
  /** Resolves with the n-th login. */
  seen(count: number): Promise<void>
  /** Cuts every connection. */
  cut(): void
  close(): Promise<void>
}

export async function startBroker(): Promise<Broker> {
  const passwords = new Map<string, string>()
  const queues = new Map<string, Queue>()
  const sockets = new Set<Socket>()
  let opened = 0
  let waiting: { readonly count: number; resolve(): void }[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    serveConnection(socket, {
      userOf: (name, password) => (passwords.get(name) === password ? name : undefined),
      queueOf: (name) => queues.get(name),
      onOpen() {
        opened++
        for (const one of waiting.filter(({ count }) => opened >= count)) one.resolve()
        waiting = waiting.filter(({ count }) => opened < count)
      },
      onClose: () => void sockets.delete(socket),
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the broker has no port')
  const { port } = address
  const cut = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    port,
    urlFor(user) {
      const password = randomBytes(12).toString('hex')
      passwords.set(user, password)
      return `amqp://${encodeURIComponent(user)}:${password}@127.0.0.1:${port}`
    },
    declare(name, owner) {
      if (!queues.has(name)) queues.set(name, new Queue(owner))
    },
    has: (name) => queues.has(name),
    publish: (name, body) => queues.get(name)?.publish(body),
    left: () => [...queues.values()].reduce((sum, { size }) => sum + size, 0),
    get opened() {
      return opened
    },
    connections: () => sockets.size,
    seen: (count) => new Promise((resolve) => (opened >= count ? resolve() : waiting.push({ count, resolve }))),
    cut,
    async close() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}
