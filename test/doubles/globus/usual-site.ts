import type { ComputeEndpoint } from './compute/endpoints'
import type { Flow } from './flows/routes'
import type { Collection } from './transfer/collections'
import { ids } from './usual-world'

/** Ids of what a site has beside its gateway. */
export const siteIds = {
  endpoint: '4b116d3c-1703-4f8f-9f6f-39921e5864df',
  staging: '8fe0c1de-5b2f-4c8e-9a1b-6d1f6a0e0001',
  /** A mapped collection: wants `data_access`. */
  desk: '8fe0c1de-5b2f-4c8e-9a1b-6d1f6a0e0002',
  flow: '8fe0c1de-5b2f-4c8e-9a1b-6d1f6a0e0003',
} as const

/** For `startGlobus`: one endpoint, the staging of a site, Ada's own files, and a flow. */
export const usualSite = {
  endpoints: [{ id: siteIds.endpoint, name: 'sophia-vllm', owner: ids.grace, workersPerManager: 4 }],
  collections: [
    { id: siteIds.staging, name: 'Inference staging', owner: ids.gateway },
    { id: siteIds.desk, name: "Ada's desk", owner: ids.ada, needsDataAccess: true },
  ],
  flows: [{ id: siteIds.flow, title: 'Fetch results' }],
} as const satisfies { readonly endpoints: readonly ComputeEndpoint[]; readonly collections: readonly Collection[]; readonly flows: readonly Flow[] }
