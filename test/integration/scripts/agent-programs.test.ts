import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureAgentPrograms } from '../../../scripts/lib/agent-programs.mjs'

let folder: string
let cache: string
let programs: string

const pin = async (version: string): Promise<void> => {
  await writeFile(join(programs, 'package.json'), JSON.stringify({ name: 'programs', version }))
  await writeFile(join(programs, 'package-lock.json'), JSON.stringify({ name: 'programs', version, lockfileVersion: 3, packages: { '': { name: 'programs', version } } }))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-programs-'))
  cache = join(folder, 'cache')
  programs = join(folder, 'programs')
  await mkdir(programs)
  await pin('1.0.0')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('agent programs are installed outside the tree, once for each lock file', async () => {
  const first = await ensureAgentPrograms({ cache, programs })
  expect(first.startsWith(cache)).toBe(true)
  expect(existsSync(join(first, 'package-lock.json'))).toBe(true)
  expect(await readdir(programs)).toEqual(['package-lock.json', 'package.json'])
  const { ino } = await stat(first)
  expect(await ensureAgentPrograms({ cache, programs })).toBe(first)
  expect((await stat(first)).ino).toBe(ino)
  await pin('2.0.0')
  expect(await ensureAgentPrograms({ cache, programs })).not.toBe(first)
})

test('an install that was cut short is done anew', async () => {
  const own = await ensureAgentPrograms({ cache, programs })
  await rm(own, { recursive: true })
  await mkdir(`${own}.half/left`, { recursive: true })
  expect(await ensureAgentPrograms({ cache, programs })).toBe(own)
  expect(existsSync(join(own, 'left'))).toBe(false)
})
