import { defineConfig } from '@playwright/test'

/** The same specs in both hosts, and a few that only one of them can have. `npm test` names the runtimes in the environment (scripts/lib/test-env.mjs). */
export default defineConfig<{ host: 'electron' | 'headless' }>({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  projects: [
    { name: 'electron', testMatch: /e2e.(specs|desktop).*\.spec\.ts$/, use: { host: 'electron' } },
    { name: 'headless', testMatch: /e2e.(specs|headless).*\.spec\.ts$/, use: { host: 'headless' } },
  ],
})
