// node run-typescript.mjs FILE [ARG…]: runs a TypeScript file of the project through Vite, with the project's aliases.
import path from 'node:path'
import process from 'node:process'
import { runnerImport } from 'vite'
import { root } from './paths.mjs'

const [file = '', ...args] = process.argv.slice(2)
process.argv = [process.argv[0] ?? 'node', path.resolve(root, file), ...args]
await runnerImport(path.resolve(root, file), {
  configFile: false,
  root,
  resolve: {
    alias: { '@shared': path.join(root, 'src-shared'), '@main': path.join(root, 'src-main'), '@renderer': path.join(root, 'src-renderer') },
  },
})
