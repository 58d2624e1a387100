import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOrMakeLocalKey } from '@main/identity/local-key'
import { prepareDataDir, type DataDir } from '@main/storage/data-dir'
import { readOwner, takeOwnerLock } from '@main/storage/owner-lock'
import { createSecretStore, plainCipher } from '@main/storage/secret-store'
import type { SecretCipher } from '@main/core/ports'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string
let paths: DataDir

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-private-'))
  paths = await prepareDataDir(join(folder, 'a/new/data'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const fail = (message: string): never => {
  throw new Error(message)
}
const encoding: SecretCipher = { id: 'keychain-of-test', encrypt: (text) => Buffer.from(text).toString('hex'), decrypt: (text) => Buffer.from(text, 'hex').toString() }

describe('the owner\'s key', () => {
  test('is made once, even by many at the same time, for its owner only', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => readOrMakeLocalKey(paths.localKey)))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^fd-[\w-]{43}$/)
    expect((await stat(paths.localKey)).mode & 0o777).toBe(0o600)
    expect((await readdir(paths.root)).filter((name) => name.includes('tmp'))).toEqual([])
  })

  test('that others can read is closed to them again', async () => {
    await readOrMakeLocalKey(paths.localKey)
    await chmod(paths.localKey, 0o644)
    await readOrMakeLocalKey(paths.localKey)
    expect((await stat(paths.localKey)).mode & 0o777).toBe(0o600)
  })

  test('that is something else is named, not replaced', async () => {
    await writeFile(paths.localKey, 'hello\n')
    await expect(readOrMakeLocalKey(paths.localKey)).rejects.toMatchObject({ code: 'secret_unreadable', message: expect.stringContaining('local.key') as string })
    expect(await readFile(paths.localKey, 'utf8')).toBe('hello\n')
  })
})

describe('a data directory', () => {
  test.each(['first.db', 'owner.lock', 'owner.json', 'local.key', 'secrets.json'])('in which %s is a folder, or a link to nothing, is refused by the name of it', async (name) => {
    const path = join(paths.root, name)
    await mkdir(path)
    await expect(prepareDataDir(paths.root)).rejects.toMatchObject({ code: 'data_dir_unusable', message: `The file ${path} cannot be used: it is not a file.` })
    await rm(path, { recursive: true })
    await symlink(join(folder, 'nowhere'), path)
    await expect(prepareDataDir(paths.root)).rejects.toMatchObject({ code: 'data_dir_unusable', message: `The file ${path} cannot be used: it is a link to a file that is not there.` })
  })

  test('whose key is a link to a file elsewhere is used', async () => {
    const elsewhere = join(folder, 'elsewhere.key')
    const key = await readOrMakeLocalKey(elsewhere)
    await symlink(elsewhere, paths.localKey)
    await prepareDataDir(paths.root)
    expect(await readOrMakeLocalKey(paths.localKey)).toBe(key)
  })
})

describe('secrets', () => {
  test('are kept as the cipher made them, and come back', async () => {
    const secrets = createSecretStore({ path: paths.secrets, cipher: encoding })
    await secrets.set('server.lab', 'sk-123')
    expect(await readFile(paths.secrets, 'utf8')).not.toContain('sk-123')
    expect((await stat(paths.secrets)).mode & 0o777).toBe(0o600)
    expect(createSecretStore({ path: paths.secrets, cipher: encoding }).get('server.lab')).toBe('sk-123')
    await secrets.remove('server.lab')
    expect(() => secrets.get('server.lab')).toThrow('There is no secret named server.lab')
  })

  test('that are kept at the same time are all kept', async () => {
    const secrets = createSecretStore({ path: paths.secrets, cipher: plainCipher })
    await Promise.all([...Array.from({ length: 10 }, (_, index) => secrets.set(`server.${index}`, `key-${index}`)), secrets.remove('server.3')])
    const kept = createSecretStore({ path: paths.secrets, cipher: plainCipher })
    expect([0, 5, 9].map((index) => kept.get(`server.${index}`))).toEqual(['key-0', 'key-5', 'key-9'])
  })

  test.each(['constructor', '__proto__', 'toString'])('have none named %s', (name) => {
    expect(() => createSecretStore({ path: paths.secrets, cipher: plainCipher }).get(name)).toThrow(`There is no secret named ${name}`)
  })

  test('of another keychain are named; plain ones are read anywhere', async () => {
    await createSecretStore({ path: paths.secrets, cipher: encoding }).set('a', 'one')
    await createSecretStore({ path: paths.secrets, cipher: plainCipher }).set('b', 'two')
    expect(() => createSecretStore({ path: paths.secrets, cipher: plainCipher }).get('a')).toThrow('keychain-of-test')
    expect(createSecretStore({ path: paths.secrets, cipher: encoding }).get('b')).toBe('two')
  })

  test('that were kept plain are encrypted once there is a keychain, and by nothing that is no better', async () => {
    await createSecretStore({ path: paths.secrets, cipher: plainCipher }).set('globus/accounts', 'planted-1')
    await createSecretStore({ path: paths.secrets, cipher: encoding }).set('b', 'planted-2')
    const before = await readFile(paths.secrets, 'utf8')
    await createSecretStore({ path: paths.secrets, cipher: { ...encoding, id: 'everybody-knows', notice: 'It is as good as plain.' } }).seal()
    expect(await readFile(paths.secrets, 'utf8')).toBe(before)
    const refusing = createSecretStore({ path: paths.secrets, cipher: { ...encoding, encrypt: () => fail('the keychain is shut') } })
    await expect(refusing.seal()).rejects.toThrow('the keychain is shut')
    expect(await readFile(paths.secrets, 'utf8')).toBe(before)

    await createSecretStore({ path: paths.secrets, cipher: encoding }).seal()
    expect(await readFile(paths.secrets, 'utf8')).not.toContain('planted')
    const kept = createSecretStore({ path: paths.secrets, cipher: encoding })
    expect([kept.get('globus/accounts'), kept.get('b')]).toEqual(['planted-1', 'planted-2'])
  })

  test('in a file that is not ours are not overwritten', async () => {
    await writeFile(paths.secrets, '{"version":2}')
    expect(() => createSecretStore({ path: paths.secrets, cipher: plainCipher })).toThrow('cannot be read as secrets')
  })
})

describe('the owner of a data directory', () => {
  test('is one at a time, and known to the next', async () => {
    const first = takeOwnerLock(paths)
    await first.announce({ pid: 4711, sinceMs: Date.UTC(2026, 0, 1), url: 'http://127.0.0.1:3477' })
    expect(() => takeOwnerLock(paths)).toThrow(/process 4711, since 2026-01-01.*http:\/\/127\.0\.0\.1:3477/)
    first.release()
    first.release()
    const second = takeOwnerLock(paths)
    expect(second.afterCrash).toBe(false)
    second.release()
  })

  test('that never let go in order is noticed', async () => {
    await writeFile(paths.owner, '{"pid":1,"sinceMs":2}')
    const lock = takeOwnerLock(paths)
    expect(lock.afterCrash).toBe(true)
    lock.release()
    await writeFile(paths.owner, 'half')
    expect(readOwner(paths)).toBeUndefined()
  })
})
