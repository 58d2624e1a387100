import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FirstError } from '@shared/errors'

export interface LaunchOptions {
  /** Absent: the platform's folder for an app's data. */
  readonly dataDir?: string
  readonly configFile?: string
  readonly host?: string
  readonly port?: number
  /** Opens the developer tools, also in a packaged app. */
  readonly devTools: boolean
}

const flags = {
  'data-dir': { type: 'string' },
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  devtools: { type: 'boolean' },
} as const

/**
 * Reads the flags; each has a variable `FIRST_DESKTOP_<FLAG>`, which it beats. Chromium puts switches of its own among
 * the arguments, so what is unknown is passed over.
 * @throws FirstError `config_invalid` when the port is not one.
 */
export function readLaunchOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>, cwd: string): LaunchOptions {
  const { values } = parseArgs({ args: [...args], options: flags, strict: false, allowPositionals: true })
  const text = (name: 'data-dir' | 'config' | 'host' | 'port'): string | undefined => {
    const flag = values[name]
    const value = typeof flag === 'string' ? flag : env[`FIRST_DESKTOP_${name.toUpperCase().replace('-', '_')}`]
    return value === '' ? undefined : value
  }
  const [dataDir, configFile, host, port] = [text('data-dir'), text('config'), text('host'), text('port')]
  return {
    ...(dataDir !== undefined && { dataDir: resolve(cwd, dataDir) }),
    ...(configFile !== undefined && { configFile: resolve(cwd, configFile) }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: parsePort(port) }),
    devTools: values.devtools === true,
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new FirstError('config_invalid', `The port "${text}" is not a number from 0 to 65535.`)
  return port
}
