import { availableParallelism } from 'node:os'
import { defineConfig } from '@playwright/test'
import { hasOwnDisplays } from './test/e2e/display'
import type { WorkerFixtures } from './test/e2e/app'

/** The same specs in both hosts, and a few that only one of them can have. `npm test` names the runtimes in the environment (scripts/lib/test-env.mjs). */
export default defineConfig<object, Pick<WorkerFixtures, 'host'>>({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // They wait for half of their time. Where windows share a display, they would take the focus from each other.
  workers: hasOwnDisplays ? Math.ceil(1.5 * availableParallelism()) : 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  projects: [
    { name: 'electron', testMatch: /e2e.(specs|desktop).*\.spec\.ts$/, use: { host: 'electron' } },
    { name: 'headless', testMatch: /e2e.(specs|headless).*\.spec\.ts$/, use: { host: 'headless' } },
  ],
})
