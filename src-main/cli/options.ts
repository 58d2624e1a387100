import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { defaultDataDir } from '../storage/data-dir'

/** Every flag has a variable `FIRST_DESKTOP_<FLAG>`, which the flag beats. */
export function flag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(`FIRST_DESKTOP_${option.name().replaceAll('-', '_').toUpperCase()}`)
}

export const dataDirFlag = (): Option => flag('--data-dir <dir>', 'folder of the database, the keys and the logs').argParser(parsePath).default(defaultDataDir())

/** An empty one, as an unset variable of a script leaves it, would be the present folder. */
export function parsePath(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.')
  return resolve(text)
}

/** An empty one would listen everywhere. */
export function parseHost(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty; 127.0.0.1 is this machine alone.')
  return text.trim()
}

export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return port
}
