import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { test as base, type App, type Apps } from './app'
import { chatOf } from './chat'
import { root } from './hosts/host'

export { expect } from './app'

/** Starts when it is told to. */
export const cold = 'org/cold-8b'
/** Is there at once; three replicas at most, and each batch has one of its own. */
export const quick = 'org/quick-1b'
/** Prints why, and ends. */
export const broken = 'org/broken-70b'

/** A launch line of test/fixtures/scripted-engine.mjs. */
export const scripted = (...args: readonly string[]): string => [process.execPath, join(root, 'test/fixtures/scripted-engine.mjs'), '--port ${port} --host ${host} --model ${model}', ...args].join(' ')

export interface ReplicasLab {
  /** Lets `cold` become live. */
  ready(): Promise<void>
  /** The next one of it has to wait again. */
  unready(): Promise<void>
  /** Answers are begun, and not given before `release`. */
  hold(): Promise<void>
  release(): Promise<void>
  start(): Promise<App>
}

/** The app with engines that are processes of this machine, which do what the test tells them to. */
export const test = base.extend<{ lab: ReplicasLab }>({
  lab: async ({ apps }, use) => {
    const file = (name: string): string => join(apps.scratch, name)
    await use({
      ready: () => writeFile(file('ready'), ''),
      unready: () => rm(file('ready')),
      hold: () => writeFile(file('hold'), ''),
      release: () => rm(file('hold')),
      start: () => start(apps, file),
    })
  },
})

async function start(apps: Apps, file: (name: string) => string): Promise<App> {
  const deployments = [
    { model: cold, launch: scripted('--ready-when', file('ready'), '--prints', '"Loading weights: 3 of 8 parts"', '--says', '"warm at last"'), replicas: { max: 1 } },
    { model: quick, launch: scripted('--hold-while', file('hold'), '--prints', '"Application startup complete."', '--says', '"quick words"'), replicas: { max: 3 }, batch: { dedicated: true } },
    { model: broken, launch: scripted('--prints', '"Loading weights"', '--crash-at-start', '"torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 64.00 GiB"'), ready: { attempts: 1 } },
  ]
  const config = stringify({ version: 1, clusters: [{ name: 'here', kind: 'local', deployments: deployments.map((deployment) => ({ framework: 'api', ...deployment })) }] })
  const app = await apps.start({ config })
  await chatOf(app.page).lookAround()
  return app
}
