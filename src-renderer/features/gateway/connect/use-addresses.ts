import { useCoreState, useSession } from '@renderer/rpc'

/** Where programs reach the gateway, best first; in a browser that came by a tunnel that is the page's own address. */
export function useAddresses(): readonly string[] {
  const told = useCoreState((state) => state.gateway?.addresses)
  const isBrowser = useSession()?.host === 'headless'
  const addresses = told ?? []
  return !isBrowser || addresses.includes(location.origin) ? addresses : [location.origin, ...addresses]
}
