// npm start: opens the window, or serves headless where there is no display.
import { hasDisplay } from './lib/display.mjs'
import { runEntry } from './lib/entry.mjs'
import { launchHeadless, launchWindow } from './lib/launch.mjs'
import { say } from './lib/say.mjs'

await runEntry((args) => {
  if (hasDisplay()) return launchWindow(args)
  say('• No display here: serving without a window')
  return launchHeadless(args)
})
