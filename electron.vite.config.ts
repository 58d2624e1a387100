import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const alias = {
  '@shared': resolve('src-shared'),
  '@main': resolve('src-main'),
  '@renderer': resolve('src-renderer'),
}

// The oldest runtime the bundle meets: the assembled Electron 33 (Node 20.18, Chrome 130).
export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      target: 'node20.18',
      rolldownOptions: {
        input: {
          electron: 'src-main/electron/main.ts',
          headless: 'src-main/headless/main.ts',
          cli: 'src-main/cli/main.ts',
          'llama-child': 'src-main/engines/llama/child.ts',
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
