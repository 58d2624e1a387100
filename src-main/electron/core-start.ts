import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { FirstError } from '@shared/errors'
import type { Core, CoreOptions } from '../core/core'

/**
 * Starts the core. Where the default port is taken, the window needs none in particular and any free one does; a port
 * that somebody asked for by name is not swapped for another, because scripts expect it.
 */
export async function startOnSomePort(start: (options: CoreOptions) => Promise<Core>, options: CoreOptions): Promise<Core> {
  try {
    return await start(options)
  } catch (cause) {
    const isPortTaken = cause instanceof FirstError && cause.code === 'port_in_use'
    if (!isPortTaken || options.overrides.port !== undefined || (await configNamesPort(options))) throw cause
    return start({ ...options, overrides: { ...options.overrides, port: 0 } })
  }
}

async function configNamesPort({ dataDir, configFile }: CoreOptions): Promise<boolean> {
  try {
    return parseDocument(await readFile(configFile ?? join(dataDir, 'config.yaml'), 'utf8')).hasIn(['gateway', 'port'])
  } catch {
    // No file, or none that can be read: then nobody named a port in it.
    return false
  }
}
