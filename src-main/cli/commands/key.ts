import { InvalidArgumentError, type Command } from 'commander'
import type { z } from 'zod'
import { keyHolder, keyScopes, type IssuedKey } from '@shared/domain/identity'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'
import { table } from '../table'

interface CreateFlags {
  readonly name: string
  /** Milliseconds. */
  readonly expires?: number
  readonly models?: string[]
  readonly clusters?: string[]
  readonly admin?: true
  readonly username?: string
  readonly groups?: string[]
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
    .addOption(flag('--models <list>', 'the models it may use, between commas; * stands for any letters: gpt-oss-20b,meta-llama/* (default: all)').argParser(parseList(keyScopes.shape.models)))
    .addOption(flag('--clusters <list>', 'the clusters it may use, likewise (default: all)').argParser(parseList(keyScopes.shape.clusters)))
    .addOption(flag('--admin', 'it may see the requests of everybody, and the metrics'))
    .addOption(flag('--username <name@domain>', 'whose it is: rules of config.yaml on people and domains hold for it').argParser(parseUsername))
    .addOption(flag('--groups <list>', 'UUIDs of the groups of its holder, between commas').argParser(parseList(keyHolder.shape.groups)))
    .addOption(dataDirFlag())
    .action(async ({ expires, dataDir, ...flags }: CreateFlags) => {
      const { withCore } = await import('../rpc-client')
      const made = await withCore({ dataDir, signal: context.signal }, (core) => core.keys.create({ ...newKey(flags), ...(expires !== undefined && { expiresAtMs: Date.now() + expires }) }))
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
      else if (keys.length === 0) context.err('There are no keys.\n')
      else context.out(table(['id', 'name', 'created', 'last used', 'may use', 'state'], keys.map((issued) => [issued.id, whose(issued), day(issued.createdAtMs), lastUse(issued), scopesOf(issued), stateOf(issued, Date.now())])))
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

/** A list between commas, checked by what the key may hold. */
function parseList(schema: z.ZodType<string[] | undefined>): (text: string) => string[] {
  return (text) => {
    const items = text.split(',').map((item) => item.trim())
    if (items.includes('')) throw new InvalidArgumentError('It is a list of names between commas, none of them empty.')
    return checked(schema, items) ?? []
  }
}

const parseUsername = (text: string): string | undefined => checked(keyHolder.shape.username, text)

function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new InvalidArgumentError(`It is not as it should be: ${parsed.error.issues[0]?.message ?? 'invalid'}.`)
  return parsed.data
}

function newKey({ name, models, clusters, admin, username, groups }: Omit<CreateFlags, 'dataDir' | 'expires'>): Pick<IssuedKey, 'name' | 'scopes' | 'username' | 'groups'> {
  const scopes = { ...(models !== undefined && { models }), ...(clusters !== undefined && { clusters }), ...(admin === true && { isAdmin: true }) }
  return { name, ...(Object.keys(scopes).length > 0 && { scopes }), ...(username !== undefined && { username }), ...(groups !== undefined && { groups }) }
}

const whose = ({ name, username }: IssuedKey): string => (username === undefined ? name : `${name} (${username})`)

const lastUse = ({ lastUsedAtMs }: IssuedKey): string => (lastUsedAtMs === undefined ? 'never' : new Date(lastUsedAtMs).toISOString().slice(0, 16).replace('T', ' '))

function scopesOf({ scopes: { models, clusters, isAdmin } = {} }: IssuedKey): string {
  const what = models === undefined ? 'all models' : models.join(', ') || 'nothing'
  return `${what}${clusters === undefined ? '' : ` on ${clusters.join(', ') || 'no cluster'}`}${isAdmin === true ? '; admin' : ''}`
}

function stateOf(key: IssuedKey, nowMs: number): string {
  if (key.revokedAtMs !== undefined) return `revoked ${day(key.revokedAtMs)}`
  if (key.expiresAtMs === undefined) return 'good'
  return key.expiresAtMs <= nowMs ? `expired ${day(key.expiresAtMs)}` : `good until ${day(key.expiresAtMs)}`
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
