import { lstat, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConfigStore, type ConfigStore } from '@main/core/config/config-store'
import { addServer } from '@main/core/config/edits'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let path: string
let store: ConfigStore | undefined
const { logger } = createKeptLog()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-config-'))
  path = join(folder, 'config.yaml')
})
afterEach(async () => {
  store?.close()
  store = undefined
  await rm(folder, { recursive: true, force: true })
})

const open = async (whenInvalid: 'refuse' | 'defaults' = 'refuse', isRequired = false): Promise<ConfigStore> => (store = await createConfigStore({ path, isRequired, logger, whenInvalid }))
const nextChange = (opened: ConfigStore): Promise<void> =>
  new Promise((resolve) => {
    const stop = opened.onChange(() => {
      stop()
      resolve()
    })
  })

describe('config.yaml', () => {
  test('need not be there, and is followed when it comes', async () => {
    const opened = await open()
    expect(opened.current().gateway.port).toBe(3477)
    const changed = nextChange(opened)
    await writeFile(path, 'gateway: { port: 4000 }\n')
    await changed
    expect(opened.current().gateway.port).toBe(4000)
  })

  test('is followed when an editor saves it by a rename', async () => {
    await writeFile(path, 'gateway: { port: 4000 }\n')
    const opened = await open()
    const changed = nextChange(opened)
    await writeFile(`${path}~`, 'gateway: { port: 4001 }\n')
    await rename(`${path}~`, path)
    await changed
    expect(opened.current().gateway.port).toBe(4001)
  })

  test('with problems stops a start, or gives way to the defaults, as the host wants it', async () => {
    await writeFile(path, 'gateway: { port: 4000, prot: 1 }\n')
    await expect(open('refuse')).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(`${path}:1:24 gateway.prot`) as string })
    const opened = await open('defaults')
    expect(opened.current().gateway.port).toBe(3477)
    expect(opened.state()).toMatchObject({ path, problems: [{ line: 1, key: 'gateway.prot' }] })
  })

  test('that was named has to be there', async () => {
    await expect(open('refuse', true)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('there is no such file') as string })
  })

  test('that is a folder, or far too large, is named as such', async () => {
    await mkdir(path)
    await expect(open()).rejects.toMatchObject({ code: 'config_invalid', message: `The configuration file ${path} cannot be read: it is a folder.` })
    await rm(path, { recursive: true })
    await writeFile(path, '# x\n'.repeat(300_000))
    await expect(open()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('larger than 1 MB') as string })
  })

  test('that is a link to a file elsewhere is followed when that one changes', async () => {
    await mkdir(join(folder, 'dotfiles'))
    const real = join(folder, 'dotfiles/first.yaml')
    await writeFile(real, 'gateway: { port: 4000 }\n')
    await symlink(real, path)
    const opened = await open()
    const changed = nextChange(opened)
    await writeFile(real, 'gateway: { port: 4001 }\n')
    await changed
    expect(opened.current().gateway.port).toBe(4001)
  })

  test('that becomes wrong leaves the version before in force, and is refused for edits', async () => {
    await writeFile(path, 'gateway: { port: 4000 }\n')
    const opened = await open()
    const changed = nextChange(opened)
    await writeFile(path, 'gateway: { port: 4001\n')
    await changed
    expect(opened.current().gateway.port).toBe(4000)
    expect(opened.state().problems).not.toEqual([])
    await expect(opened.edit((document) => addServer(document, { name: 'lab', url: 'https://lab.example.org' }))).rejects.toThrow(/^Nothing was changed: .*config\.yaml has a mistake in line 2: /)
    expect(await readFile(path, 'utf8')).toBe('gateway: { port: 4001\n')
  })

  test('is never made wrong by an edit', async () => {
    const opened = await open()
    await expect(opened.edit((document) => addServer(document, { name: 'lab', url: 'no address' }))).rejects.toMatchObject({ code: 'config_invalid' })
    await expect(readFile(path, 'utf8')).rejects.toThrow('ENOENT')
  })

  test('takes many edits at the same time, one after the other', async () => {
    const opened = await open()
    const names = Array.from({ length: 10 }, (_, index) => `lab-${index}`)
    await Promise.all(names.map((name) => opened.edit((document) => addServer(document, { name, url: 'https://lab.example.org/v1' }))))
    expect(opened.current().clusters.map(({ name }) => name)).toEqual(names)
  })

  test('that is a link to a file elsewhere stays one when it is edited', async () => {
    const real = join(folder, 'dotfiles.yaml')
    await writeFile(real, '# mine\n')
    await symlink(real, path)
    await (await open()).edit((document) => addServer(document, { name: 'lab', url: 'https://lab.example.org/v1' }))
    expect((await lstat(path)).isSymbolicLink()).toBe(true)
    expect(await readFile(real, 'utf8')).toMatch(/# mine[^]*lab/)
  })

  test('takes an edit on top of what somebody wrote a moment ago', async () => {
    const opened = await open()
    await writeFile(path, '# by hand\ngateway: { port: 4000 }\n')
    await opened.edit((document) => addServer(document, { name: 'lab', url: 'https://lab.example.org/v1' }))
    expect(opened.current()).toMatchObject({ gateway: { port: 4000 }, clusters: [{ name: 'lab' }] })
    expect(await readFile(path, 'utf8')).toContain('# by hand')
  })
})
