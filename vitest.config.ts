import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const alias = {
  '@shared': resolve('src-shared'),
  '@main': resolve('src-main'),
  '@renderer': resolve('src-renderer'),
}

export default defineConfig({
  resolve: { alias },
  test: {
    maxWorkers: '100%',
    projects: [
      // The limit is for what hangs: properties and searches that take a second alone take several where the machine has other work.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // They wait for processes and sockets for half of their time.
          maxWorkers: Math.ceil(1.5 * availableParallelism()),
        },
      },
      // Agent programs are large, and fetched for this stage alone; each starts a gateway beside it.
      { extends: true, test: { name: 'agents', include: ['test/agents/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false } },
      // Packaging takes tens of seconds: a stage of its own in npm test.
      { extends: true, test: { name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 300_000 } },
    ],
  },
})
