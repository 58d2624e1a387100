import { resolve } from 'node:path'
import { defineConfig } from '@playwright/test'

/** Not a test: takes the pictures that people look at. */
export default defineConfig<{ host: 'electron' | 'headless' }>({
  testDir: '.',
  outputDir: resolve('test-results/screens-run'),
  workers: 1,
  timeout: 180_000,
  projects: [{ name: 'electron', use: { host: 'electron' } }],
})
