import { orderPlaces } from '@main/clusters/first/choose-place'
import type { SitePlace } from '@shared/first/from-site'
import { expect, test } from 'vitest'

const place = (siteCluster: string, status: SitePlace['status'], freeNodes?: number): SitePlace => ({ siteCluster, model: 'a', framework: 'vllm', status, operations: [], ...(freeNodes !== undefined && { freeNodes }) })
const names = (places: readonly SitePlace[]): string[] => places.map(({ siteCluster }) => siteCluster)

test('places are ordered by how soon they serve, then by our own requests, then as they are named', () => {
  const places = [place('down', 'failed'), place('closed', 'maintenance'), place('unsure', 'unknown'), place('full', 'offline', 0), place('free', 'offline', 2), place('waits', 'queued'), place('starts', 'starting'), place('busy', 'live'), place('idle', 'live'), place('idle2', 'live')]
  expect(names(orderPlaces(places, ({ siteCluster }) => (siteCluster === 'busy' ? 3 : 0)))).toEqual(['idle', 'idle2', 'busy', 'starts', 'waits', 'free', 'full', 'unsure', 'down', 'closed'])
})
