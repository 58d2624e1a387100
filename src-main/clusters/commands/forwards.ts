import { once } from 'node:events'
import { createServer } from 'node:net'
import { FirstError } from '@shared/errors'
import type { NodeAddress } from './command-runner'
import { runProcess } from './run-process'
import type { SshConnection } from './ssh-connection'

const tries = 5

/** Ports of this machine's loopback that lead to nodes, on one connection at a time. */
export interface Forwards {
  /** The local address that leads to it. @throws FirstError `upstream_unreachable` */
  to(address: NodeAddress, connection: SshConnection, signal: AbortSignal): Promise<NodeAddress>
  keep(addresses: readonly NodeAddress[]): Promise<void>
}

interface Forward {
  readonly connection: SshConnection
  readonly local: Promise<number>
}

const keyOf = ({ host, port }: NodeAddress): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

export function createForwards(env: NodeJS.ProcessEnv): Forwards {
  const forwards = new Map<string, Forward>()
  /** A node keeps its local port when the connection is made anew, so that its address does not change. */
  const portsBefore = new Map<string, number>()

  const open = async (key: string, connection: SshConnection, signal: AbortSignal): Promise<number> => {
    let said = ''
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const port = (attempt === 0 ? portsBefore.get(key) : undefined) ?? (await freePort())
      const outcome = await runProcess(connection.argv(['-O', 'forward', '-L', `127.0.0.1:${port}:${key}`]), { env, signal, timeoutMs: 10_000 })
      if (outcome.code === 0) {
        portsBefore.set(key, port)
        return port
      }
      said = outcome.stderr.trim()
    }
    throw new FirstError('upstream_unreachable', `No port could be forwarded to ${key} (ssh: ${said}).`, { action: 'See whether the host permits forwarding (AllowTcpForwarding); where this machine reaches the nodes itself, set ssh.forwardsPorts to false.' })
  }

  const cancel = async (key: string, { connection, local }: Forward): Promise<void> => {
    if (!connection.isUp()) return
    const port = await local.catch(() => undefined)
    if (port !== undefined) await runProcess(connection.argv(['-O', 'cancel', '-L', `127.0.0.1:${port}:${key}`]), { env, signal: new AbortController().signal, timeoutMs: 5000 }).catch(() => undefined) // it ends with the connection at the latest
  }

  return {
    async to(address, connection, signal) {
      const key = keyOf(address)
      const before = forwards.get(key)
      const forward = before?.connection === connection ? before : { connection, local: open(key, connection, signal) }
      forwards.set(key, forward)
      try {
        return { host: '127.0.0.1', port: await forward.local }
      } catch (cause) {
        if (forwards.get(key) === forward) forwards.delete(key)
        throw cause
      }
    },
    async keep(addresses) {
      const wanted = new Set(addresses.map(keyOf))
      const over = [...forwards].filter(([key]) => !wanted.has(key))
      for (const [key] of over) {
        forwards.delete(key)
        portsBefore.delete(key)
      }
      await Promise.all(over.map(([key, forward]) => cancel(key, forward)))
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address === null || typeof address === 'string' ? 0 : address.port
}
