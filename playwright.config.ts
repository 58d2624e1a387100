import { defineConfig } from '@playwright/test'

/** The same specs in both hosts. `npm test` names the runtimes in the environment (scripts/lib/test-env.mjs). */
export default defineConfig<{ host: 'electron' | 'headless' }>({
  testDir: 'test/e2e/specs',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  projects: [
    { name: 'electron', use: { host: 'electron' } },
    { name: 'headless', use: { host: 'headless' } },
  ],
})
