import { InvalidArgumentError, type Command } from 'commander'
import type { IssuedKey } from '@shared/rpc/contract'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'
import { table } from '../table'

interface CreateFlags {
  readonly name: string
  /** Milliseconds. */
  readonly expires?: number
  readonly dataDir: string
}

/** Keys for other people and programs; the owner's own is in local.key. */
export function addKey(program: Command, context: CliContext): void {
  const key = program.command('key').description('give keys of the gateway to others, and take them back')

  key
    .command('create')
    .description('make a key and print it, once')
    .addOption(flag('--name <name>', 'whom or what it is for').makeOptionMandatory())
    .addOption(flag('--expires <time>', 'how long it is good for: 12h, 30d or 8w (default: for ever)').argParser(parseDuration))
    .addOption(dataDirFlag())
    .action(async ({ name, expires, dataDir }: CreateFlags) => {
      const { withCore } = await import('../rpc-client')
      const made = await withCore({ dataDir, signal: context.signal }, (core) => core.keys.create({ name, ...(expires !== undefined && { expiresAtMs: Date.now() + expires }) }))
      context.err(`Key ${made.id} for ${made.name}. It is shown only now:\n`)
      context.out(`${made.secret}\n`)
    })

  key
    .command('list')
    .description('list the keys that were given')
    .addOption(flag('--json', 'print JSON'))
    .addOption(dataDirFlag())
    .action(async ({ dataDir, json }: { dataDir: string; json?: boolean }) => {
      const { withCore } = await import('../rpc-client')
      const keys = await withCore({ dataDir, signal: context.signal }, (core) => core.keys.list())
      if (json === true) context.out(`${JSON.stringify(keys, null, 2)}\n`)
      else context.out(table(['id', 'name', 'created', 'state'], keys.map((issued) => [issued.id, issued.name, day(issued.createdAtMs), stateOf(issued, Date.now())])))
    })

  key
    .command('revoke')
    .description('make a key useless from now on')
    .argument('<id>', 'as «key list» shows it')
    .addOption(dataDirFlag())
    .action(async (id: string, { dataDir }: { dataDir: string }) => {
      const { withCore } = await import('../rpc-client')
      await withCore({ dataDir, signal: context.signal }, (core) => core.keys.revoke({ id }))
      context.err(`Key ${id} is revoked.\n`)
    })
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `12h`, `30d`, `8w` as milliseconds. */
export function parseDuration(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? []
  const unitLength = unitMs[unit]
  if (unitLength === undefined) throw new InvalidArgumentError('It is a number of hours, days or weeks: 12h, 30d or 8w.')
  return Number(count) * unitLength
}

function stateOf(key: IssuedKey, nowMs: number): string {
  if (key.revokedAtMs !== undefined) return `revoked ${day(key.revokedAtMs)}`
  if (key.expiresAtMs === undefined) return 'good'
  return key.expiresAtMs <= nowMs ? `expired ${day(key.expiresAtMs)}` : `good until ${day(key.expiresAtMs)}`
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
