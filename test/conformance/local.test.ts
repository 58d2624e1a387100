import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createLocalAdapter, type LocalEngines } from '@main/clusters/local/local-adapter'
import { realTimers } from '@main/clusters/local/timers'
import type { Logger } from '@main/core/logger'
import { createNodeChildHost } from '@main/engines/child-host'
import { createGuideEngine } from '@main/engines/guide/guide-engine'
import { loadHelpPages } from '@main/engines/guide/help-pages'
import { createLlamaEngine } from '@main/engines/llama/llama-engine'
import { buildLlamaChild } from '../fixtures/bundle-module'
import { writeTinyGguf } from '../fixtures/gguf'
import { adapterConformance } from './adapter-conformance'

const logger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => logger }
const guide = createGuideEngine({ pages: await loadHelpPages(resolve('resources/help')), tokenDelayMs: 0 })
const noLlama: LocalEngines['llama'] = { start: () => Promise.reject(new Error('this test has no GGUF model')) }

adapterConformance('local, with the guide', () =>
  Promise.resolve({
    adapter: createLocalAdapter({ name: 'here', deployments: [], hasGuide: true }, { engines: { guide, llama: noLlama }, timers: realTimers, logger }),
    deployment: { cluster: 'here', model: 'guide', framework: 'guide' },
    ownsPlaces: true,
    close: () => Promise.resolve(),
  }),
)

adapterConformance('local, with a GGUF model', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'local-conformance-'))
  const build = await buildLlamaChild()
  const file = join(dir, 'tiny.gguf')
  await writeTinyGguf(file, { says: ['Hello', ',', ' you'] })
  const llama = createLlamaEngine({ childHost: createNodeChildHost({ buildDir: build.buildDir }), logger, freeMemoryBytes: () => 2 ** 34 })
  const adapter = createLocalAdapter(
    { name: 'here', hasGuide: false, deployments: [{ model: 'tiny/model', framework: 'llama', file, requestsPerReplica: 2, idleTimeoutS: 7200 }] },
    { engines: { guide, llama }, timers: realTimers, logger },
  )
  return {
    adapter,
    deployment: { cluster: 'here', model: 'tiny/model', framework: 'llama' },
    ownsPlaces: true,
    async close() {
      await adapter.close()
      await build.remove()
      await rm(dir, { recursive: true, force: true })
    },
  }
})
