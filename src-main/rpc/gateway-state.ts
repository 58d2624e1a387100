import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import type { GlobusAccess } from '@shared/config/globus-access'
import type { GatewayState } from '@shared/rpc/contract'
import { isLoopback } from '../core/listen'
import type { RouterDeps } from './router-deps'

type GatewayFacts = Pick<RouterDeps, 'config' | 'gatewayHost' | 'gatewayUrl'>

/** Whom the gateway serves and under which addresses, as it is now. */
export function gatewayState({ config, gatewayHost, gatewayUrl }: GatewayFacts): GatewayState {
  const addresses = addressesOf(gatewayHost, gatewayUrl(), Object.values(networkInterfaces()).flatMap((each) => each ?? []))
  const { gateway, access } = config.current()
  return { isServing: gateway.isServing, addresses, isBeyondLoopback: !isLoopback(gatewayHost), ...(access.globus !== undefined && { admits: admitsOf(access.globus) }) }
}

const admitsOf = ({ allowedDomains: domains, groupsPerDomain, allowedGroups: groups, policies, serviceAccounts: programs }: GlobusAccess): NonNullable<GatewayState['admits']> => ({ domains, groupsPerDomain, groups, policies, programs })

/**
 * The addresses of a gateway that listens at `host` and is reached from here by `url`: where it listens on every
 * interface, also by the addresses that other machines can use.
 */
export function addressesOf(host: string, url: string, interfaces: readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[]): string[] {
  const families = { '0.0.0.0': ['IPv4'], '::': ['IPv4', 'IPv6'] }[host] ?? []
  const { port } = new URL(url)
  const others = interfaces
    // A link-local IPv6 address names an interface of the caller, so it is of no use to anybody else.
    .filter(({ family, internal, address }) => !internal && families.includes(family) && !address.startsWith('fe80:'))
    .map(({ family, address }) => `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`)
  return [url, ...new Set(others)]
}
