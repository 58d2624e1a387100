import { FirstError } from '@shared/errors'
import { isSafeUrl } from '@shared/safe-url'

export type GlobusService = 'auth' | 'compute' | 'groups' | 'transfer' | 'flows'
/** Origins, no slash at the end. */
export type ServiceUrls = Readonly<Record<GlobusService, string>>

/** Variables that Globus' own SDKs read (wire/globus.md, "@globus/sdk in Node 20"), and where each service is without one. */
const services: Readonly<Record<GlobusService, { readonly variable: string; readonly usual: string }>> = {
  auth: { variable: 'GLOBUS_SDK_SERVICE_URL_AUTH', usual: 'https://auth.globus.org' },
  compute: { variable: 'GLOBUS_SDK_SERVICE_URL_COMPUTE', usual: 'https://compute.api.globus.org' },
  groups: { variable: 'GLOBUS_SDK_SERVICE_URL_GROUPS', usual: 'https://groups.api.globus.org' },
  transfer: { variable: 'GLOBUS_SDK_SERVICE_URL_TRANSFER', usual: 'https://transfer.api.globus.org' },
  flows: { variable: 'GLOBUS_SDK_SERVICE_URL_FLOWS', usual: 'https://flows.globus.org' },
}

/** @throws FirstError `config_invalid` for an address to which no token may go: plain HTTP beyond this machine. */
export function serviceUrls(env: Readonly<Record<string, string | undefined>>): ServiceUrls {
  const of = (service: GlobusService): string => {
    const { variable, usual } = services[service]
    const url = (env[variable] ?? '').trim() || usual
    if (!isSafeUrl(url)) throw new FirstError('config_invalid', `The variable ${variable} is no https address.`, { action: 'Correct it, or leave it out.' })
    return url.replace(/\/+$/, '')
  }
  return { auth: of('auth'), compute: of('compute'), groups: of('groups'), transfer: of('transfer'), flows: of('flows') }
}
