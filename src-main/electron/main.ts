import { join } from 'node:path'
import process from 'node:process'
import { app } from 'electron'
import { toFirstError, type FirstError } from '@shared/errors'
import { defaultDataDir } from '../storage/data-dir'
import { runDesktop } from './desktop'
import { readLaunchOptions, type LaunchOptions } from './launch-options'
import { lockDownPages } from './lock-down'
import { prepareProfile } from './profile'
import { registerScheme } from './protocol'

const { options, problem } = readOptions()
const dataDir = options.dataDir ?? defaultDataDir()
const profile = prepareProfile(dataDir)

app.setName('FIRST Desktop')
app.setPath('userData', profile)
// Chromium refuses to start when it is told both; root, in tests, has no sandbox to be had.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
registerScheme()
lockDownPages()

// The lock lies in the profile, so each data directory has its own app; a second start asks the first for its window.
if (app.requestSingleInstanceLock()) {
  const buildDir = import.meta.dirname
  runDesktop({
    options,
    problem,
    dataDir,
    profile,
    files: {
      buildDir,
      preload: join(buildDir, '../preload/preload.cjs'),
      renderer: join(buildDir, '../renderer'),
      resources: join(buildDir, '../../resources'),
      icon: join(buildDir, '../../resources/icons/icon-256.png'),
    },
  })
} else app.quit()

/** Flags that make no sense are told in a window: a person who clicked an icon sees no terminal. */
function readOptions(): { options: LaunchOptions; problem: FirstError | undefined } {
  try {
    return { options: readLaunchOptions(process.argv.slice(1), process.env, process.cwd()), problem: undefined }
  } catch (cause) {
    return { options: { devTools: false }, problem: toFirstError(cause) }
  }
}
