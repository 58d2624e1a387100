import type { Server } from 'node:http'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { FirstError } from '@shared/errors'
import { isErrno } from '../storage/atomic-file'

/**
 * Opens the gateway's port. @returns the port that was taken.
 * @throws FirstError `port_in_use`, or `config_invalid` for a host that is not of this machine.
 */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    throw listenProblem(cause, { host, port }) ?? cause
  }
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new FirstError('internal_error', 'The gateway has no port.')
  return address.port
}

/** What a refusal of the system to listen means; undefined for one that is not known. */
export function listenProblem(cause: unknown, { host, port }: { host: string; port: number }): FirstError | undefined {
  if (isErrno(cause, 'EADDRINUSE')) return new FirstError('port_in_use', `The port ${port} of ${host} is in use by another program.`, { cause })
  if (isErrno(cause, 'EACCES')) return new FirstError('port_in_use', `The system does not let this user open the port ${port}.`, { cause, action: 'Choose one from 1024 up with --port, or in gateway.port of config.yaml.' })
  if (isErrno(cause, 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT'))
    return new FirstError('config_invalid', `The host ${host} is not an address of this machine.`, { cause, action: 'Name one that is, such as 127.0.0.1, with --host or in gateway.host of config.yaml.' })
  return undefined
}

/** `http://127.0.0.1:3477`: an address that listens everywhere is reached from here by loopback. */
export function addressOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Counts requests that are being answered. @returns what stops new ones and waits for the last of these, or for `graceMs` to pass. */
export function drainer(server: Server): (graceMs: number) => Promise<void> {
  let running = 0
  let onIdle = (): void => undefined
  server.on('request', (_request, response) => {
    running += 1
    response.once('close', () => {
      running -= 1
      if (running === 0) onIdle()
    })
  })
  return async (graceMs) => {
    if (server.listening) server.close()
    if (running === 0) return
    const timer = new AbortController()
    const idle = new Promise<void>((resolve) => (onIdle = resolve))
    await Promise.race([idle, sleep(graceMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined)])
    timer.abort()
  }
}
