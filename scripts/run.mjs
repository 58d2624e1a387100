// node scripts/run.mjs NAME [ARG…]: runs a script of this folder once Node is known to be new enough to read it.
import './lib/check-node.mjs'
import process from 'node:process'

const [name] = process.argv.splice(2, 1)
await import(`./${name}.mjs`)
