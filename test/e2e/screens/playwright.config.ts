import { resolve } from 'node:path'
import { defineConfig } from '@playwright/test'
import type { WorkerFixtures } from '../app'

/** Not a test: takes the pictures that people look at. */
export default defineConfig<object, Pick<WorkerFixtures, 'host'>>({
  testDir: '.',
  outputDir: resolve('test-results/screens-run'),
  workers: 1,
  timeout: 180_000,
  projects: [{ name: 'electron', use: { host: 'electron' } }],
})
