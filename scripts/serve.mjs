// npm run serve: the gateway and the window for a browser, without Electron.
import { runEntry } from './lib/entry.mjs'
import { launchHeadless } from './lib/launch.mjs'

await runEntry(launchHeadless)
