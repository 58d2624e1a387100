import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import manifest from './package.json' with { type: 'json' }

const alias = {
  '@shared': resolve('src-shared'),
  '@main': resolve('src-main'),
  '@renderer': resolve('src-renderer'),
}

// Native code, and what finds files beside itself, stays in node_modules. The rest is bundled: a start would
// otherwise open some 600 small files, a third of its work.
const external = ['@fugood/llama.node', 'electron-store', 'libsql']
const bundled = Object.keys(manifest.dependencies).filter((name) => !external.includes(name))

/** What `/docs` of the gateway is made of, with its licence (src-main/gateway/docs). */
const swaggerUi: Plugin = {
  name: 'swagger-ui',
  generateBundle() {
    for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'LICENSE', 'NOTICE'])
      this.emitFile({ type: 'asset', fileName: `swagger-ui/${name}`, source: readFileSync(resolve('node_modules/swagger-ui-dist', name)) })
  },
}

// The oldest runtime the bundle meets: the assembled Electron 33 (Node 20.18, Chrome 130).
export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [swaggerUi],
    build: {
      target: 'node20.18',
      externalizeDeps: { exclude: bundled },
      rolldownOptions: {
        input: {
          electron: 'src-main/electron/main.ts',
          headless: 'src-main/headless/main.ts',
          cli: 'src-main/cli/main.ts',
          'llama-child': 'src-main/engines/llama/child.ts',
          'supervisor-child': 'src-main/engines/supervisor/child.ts',
          'records-worker': 'src-main/records/worker.ts',
          'batch-validate-worker': 'src-main/batches/validate/worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      target: 'node20.18',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: 'src-main/electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias },
    plugins: [react(), tailwindcss()],
    // A worker loads the grammars of languages as it needs them, each a chunk.
    worker: { format: 'es' },
    build: {
      target: 'chrome130',
      minify: true,
      outDir: resolve('out/renderer'),
      rolldownOptions: { input: 'src-renderer/index.html' },
    },
  },
})
