import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { toFirstError } from '@shared/errors'
import type { Checked } from '../clusters/registry'
import { parseConfig, problemLines } from '../core/config/parse-config'
import { readConfig } from '../core/config/read-config'
import { listenProblem } from '../core/listen'
import type { Logger } from '../core/logger'
import { findAppFiles } from '../headless/app-files'
import { dataDirPaths, prepareDataDir } from '../storage/data-dir'
import { readOwner, takeOwnerLock } from '../storage/owner-lock'
import { freeBytes } from '../storage/space'

export type Finding = Checked

export interface DoctorTarget {
  readonly dataDir: string
  readonly configFile: string
  /** The person named the file, so it must be there. */
  readonly isConfigNamed: boolean
  readonly nodeVersion: string
  readonly logger: Logger
}

const oldestNode = [20, 19] as const
const lowBytes = 512 * 1024 * 1024

export function checkNode({ nodeVersion }: DoctorTarget): Finding {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  return { name: 'Node', state: isNew ? 'good' : 'bad', text: isNew ? nodeVersion : `${nodeVersion} is too old; install 20.19 or newer` }
}

/** Whether it can be written, and who holds it. */
export async function checkDataDir({ dataDir }: DoctorTarget): Promise<Finding> {
  try {
    const paths = await prepareDataDir(dataDir)
    const holder = readOwner(paths)
    takeOwnerLock(paths).release()
    return { name: 'Data directory', state: 'good', text: holder === undefined ? dataDir : `${dataDir} (the last FIRST Desktop there was killed; nothing needs doing)` }
  } catch (cause) {
    const { code, message } = toFirstError(cause)
    return code === 'data_dir_in_use' ? { name: 'Data directory', state: 'note', text: message } : bad('Data directory', cause)
  }
}

export async function checkDisk({ dataDir }: DoctorTarget): Promise<Finding> {
  if (!existsSync(dataDir)) return { name: 'Disk', state: 'note', text: 'not known: there is no data directory' }
  const free = await freeBytes(dataDir)
  const text = `${(free / 1e9).toFixed(1)} GB free`
  return { name: 'Disk', state: free < lowBytes ? 'bad' : 'good', text: free < lowBytes ? `only ${text}; free some space` : text }
}

export async function checkConfig({ configFile, isConfigNamed }: DoctorTarget): Promise<Finding> {
  const name = 'Configuration'
  try {
    const { problems } = parseConfig(await readConfig(configFile, isConfigNamed))
    if (problems.length > 0) return { name, state: 'bad', text: problemLines(configFile, problems) }
    return { name, state: 'good', text: existsSync(configFile) ? configFile : `${configFile} is not there, which is fine: everything has a default` }
  } catch (cause) {
    return bad(name, cause)
  }
}

/** Whether the configured port is free, or held by the gateway of this data directory. */
export async function checkPort({ dataDir, configFile }: DoctorTarget): Promise<Finding> {
  const name = 'Port'
  const text = await readConfig(configFile, false).catch(() => '') // what is wrong with it is another finding
  const gateway = (parseConfig(text).config ?? parseConfig('').config)?.gateway
  if (gateway === undefined) return { name, state: 'note', text: 'not known' }
  const { host, port } = gateway
  try {
    if (readOwner(dataDirPaths(dataDir))?.url?.endsWith(`:${port}`) === true) return { name, state: 'good', text: `${port} is this FIRST Desktop's` }
    const probe = createServer().listen(port, host)
    await once(probe, 'listening')
    probe.close()
    return { name, state: 'good', text: port === 0 ? `a free one of ${host} is taken at each start` : `${port} of ${host} is free` }
  } catch (cause) {
    return bad(name, listenProblem(cause, gateway) ?? cause)
  }
}

function bad(name: string, cause: unknown): Finding {
  const { message, kind } = toFirstError(cause)
  return { name, state: 'bad', text: `${message} ${kind.action}` }
}

export function checkWindow(): Finding {
  const { rendererDir } = findAppFiles()
  const isBuilt = existsSync(join(rendererDir, 'index.html'))
  return { name: 'Window', state: isBuilt ? 'good' : 'bad', text: isBuilt ? 'built' : `not built: ${rendererDir} is empty; run «npm run build»` }
}

/** Without Electron everything but the desktop's own window works. */
export function checkElectron(electronVersion: string | undefined): Finding {
  if (electronVersion !== undefined) return { name: 'Electron', state: 'good', text: electronVersion }
  return { name: 'Electron', state: 'note', text: '«npm start» fetches what it needs; «first-desktop serve» does without' }
}

export async function checkModelFiles({ logger }: DoctorTarget): Promise<Finding> {
  const { findModelFiles } = await import('../engines/llama/find-models')
  const files = await findModelFiles({ home: homedir(), env: process.env, platform: process.platform }, logger)
  return { name: 'Model files', state: 'note', text: files.length === 0 ? 'no GGUF file in the usual folders; the window takes one from anywhere' : files.map(({ path }) => path).join('\n') }
}

/** What the clusters of the configuration need of this machine and of theirs; nothing where it cannot be read, which is another finding. */
export async function checkClusters({ configFile, isConfigNamed }: DoctorTarget, signal: AbortSignal): Promise<readonly Finding[]> {
  const { config } = parseConfig(await readConfig(configFile, isConfigNamed).catch(() => ''))
  if (config === undefined) return []
  const { checkDeployments, checkSites, findManagers } = await import('../clusters/registry')
  return (await Promise.all([checkSites(config, signal), findManagers(config, process.env), checkDeployments(config, process.env, true)])).flat()
}
