import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { SecretCipher } from '../core/ports'
import { isErrno, writeFileAtomic } from './atomic-file'

const secretsFile = z.strictObject({ version: z.literal(1), entries: z.record(z.string(), z.strictObject({ cipher: z.string(), value: z.string() })) })
type Entries = z.infer<typeof secretsFile>['entries']

/** Tokens and API keys of sites, by name; on disk encrypted as the host can. */
export interface SecretStore {
  has(name: string): boolean
  /** @throws FirstError `secret_unreadable` when it is not there, or another keychain wrote it. */
  get(name: string): string
  set(name: string, secret: string): Promise<void>
  /** What is not there is left so. */
  remove(name: string): Promise<void>
  /** Encrypts what was kept as it is while there was no keychain, or by a command line. Throws as the cipher does; all stays as it was then. */
  seal(): Promise<void>
}

/** Keeps secrets as they are, in a file of mode 0600: for a machine with no keychain. */
export const plainCipher: SecretCipher = {
  id: 'plain',
  encrypt: (text) => text,
  decrypt: (text) => text,
  notice: 'Tokens and keys of servers are kept unencrypted in secrets.json, which only your user may read: there is no keychain here.',
}

/** @throws FirstError `secret_unreadable` when the file is not one of ours. */
export function createSecretStore({ path, cipher }: { path: string; cipher: SecretCipher }): SecretStore {
  let entries = readEntries(path)
  let queue: Promise<unknown> = Promise.resolve()
  // One change after the other, each from what the one before left: two at a time would lose one.
  const change = (make: (before: Entries) => Entries): Promise<void> => {
    const turn = queue.then(async () => {
      const next = make(entries)
      await writeFileAtomic(path, `${JSON.stringify({ version: 1, entries: next }, null, 2)}\n`)
      entries = next
    })
    queue = turn.catch(() => undefined)
    return turn
  }
  const sealed = (secret: string): Entries[string] => ({ cipher: cipher.id, value: cipher.encrypt(secret) })
  const isPlain = (entry: Entries[string]): boolean => entry.cipher === plainCipher.id
  return {
    has: (name) => Object.hasOwn(entries, name),
    get(name) {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
      if (entry === undefined) throw new FirstError('secret_unreadable', `There is no secret named ${name} in secrets.json.`)
      if (isPlain(entry)) return entry.value
      if (entry.cipher !== cipher.id) throw new FirstError('secret_unreadable', `The secret ${name} was kept by a keychain (${entry.cipher}) that cannot be reached from here.`)
      try {
        return cipher.decrypt(entry.value)
      } catch (cause) {
        throw new FirstError('secret_unreadable', `The secret ${name} cannot be decrypted: the keychain has changed.`, { cause })
      }
    },
    set: (name, secret) => change((before) => ({ ...before, [name]: sealed(secret) })),
    async remove(name) {
      if (Object.hasOwn(entries, name)) await change((before) => Object.fromEntries(Object.entries(before).filter(([other]) => other !== name)))
    },
    async seal() {
      // One that is no better, and says so, would only keep others from reading them.
      if (cipher.notice !== undefined || !Object.values(entries).some(isPlain)) return
      await change((before) => Object.fromEntries(Object.entries(before).map(([name, entry]) => [name, isPlain(entry) ? sealed(entry.value) : entry])))
    },
  }
}

function readEntries(path: string): Entries {
  try {
    return secretsFile.parse(JSON.parse(readFileSync(path, 'utf8'))).entries
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return {}
    throw new FirstError('secret_unreadable', `The file ${path} cannot be read as secrets of FIRST Desktop.`, { cause, action: 'Move it away, start again, and enter the keys of your servers in Settings.' })
  }
}
