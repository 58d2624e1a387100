import { isIP } from 'node:net'
import type { Config } from '@shared/config/schema'
import { FirstError } from '@shared/errors'

export interface OriginGuardDeps {
  readonly gateway: () => Pick<Config['gateway'], 'host' | 'allowedHosts' | 'allowedOrigins'>
  /** Origins of the window itself, for example `app://first-desktop`. */
  readonly windowOrigins: readonly string[]
}

export interface Asking {
  readonly host: string | undefined
  readonly origin: string | undefined
}

/**
 * Keeps web pages out that the owner did not let in: a page whose own name was pointed at this machine (DNS rebinding) shows by its Host,
 * any other foreign page by its Origin. Programs send no Origin.
 * @returns the error to refuse with, or undefined.
 */
export type OriginGuard = (asking: Asking) => FirstError | undefined

export function createOriginGuard({ gateway, windowOrigins }: OriginGuardDeps): OriginGuard {
  return ({ host, origin }) => {
    const { host: configured, allowedHosts, allowedOrigins } = gateway()
    const name = hostName(host)
    if (name === undefined) return new FirstError('origin_refused', 'The request names no host.')
    if (!isLoopback(name) && name !== configured.toLowerCase() && !isListed(allowedHosts, name))
      return new FirstError('origin_refused', `The request names the host "${name}", which is not one of this gateway's; gateway.allowedHosts in config.yaml names others.`)
    if (origin === undefined || windowOrigins.includes(origin) || isSameOrigin(origin, host) || allowedOrigins.some((allowed) => originOf(allowed) === origin)) return undefined
    return new FirstError('origin_refused', `The request comes from a page of ${origin}, which may not call this gateway.`)
  }
}

const isListed = (allowedHosts: readonly string[], name: string): boolean => allowedHosts.some((allowed) => hostName(allowed) === name)

/** The name in a Host header, without its port. */
function hostName(host: string | undefined): string | undefined {
  if (host === undefined || host === '') return undefined
  const lower = host.toLowerCase()
  const bracket = lower.startsWith('[') ? lower.indexOf(']') : -1
  // What follows an address in brackets is a port, or the name is none (RFC 3986, 3.2.2).
  if (bracket > 0) return /^(?::\d*)?$/.test(lower.slice(bracket + 1)) ? lower.slice(1, bracket) : lower
  const colon = lower.lastIndexOf(':')
  return colon === -1 || colon !== lower.indexOf(':') ? lower : lower.slice(0, colon)
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

const isSameOrigin = (origin: string, host: string | undefined): boolean => {
  const found = originOf(origin)
  return found !== undefined && host !== undefined && (found === originOf(`http://${host}`) || found === originOf(`https://${host}`))
}

function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}
