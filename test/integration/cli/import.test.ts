import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, type Ran } from '../../fixtures/cli-process'
import { clustersFixture, endpointsFixture } from '../../unit/core/import/fixtures'

let app: BuiltApp
let folder: string
let dataDir: string
beforeAll(async () => (app = await buildApp()))
afterAll(() => app.remove())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-cli-import-'))
  dataDir = join(folder, 'data')
  await writeFile(join(folder, 'clusters.json'), JSON.stringify(clustersFixture))
  await writeFile(join(folder, 'endpoints.json'), JSON.stringify(endpointsFixture))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const run = (...args: string[]): Promise<Ran> => runCli(app, ['import', join(folder, 'clusters.json'), join(folder, 'endpoints.json'), ...args], { env: { FIRST_DESKTOP_DATA_DIR: dataDir } })
const config = (): Promise<string> => readFile(join(dataDir, 'config.yaml'), 'utf8')

describe('first-desktop import', () => {
  test('shows the lines and changes nothing without --write', async () => {
    const { code, out, err } = await run()
    expect(code).toBe(0)
    expect(out).toMatch(/^clusters:\n {2}- name: sophia\n {4}kind: pbs\n/)
    expect(err).toContain('Note: sophia: Globus Compute keeps on the cluster how a model is started')
    expect(err).toContain('Nothing was changed: --write adds this to')
    await expect(config()).rejects.toThrow('ENOENT')
  })

  test('writes them below what is there, keeps a copy of that, and adds nothing the second time', async () => {
    await mkdir(dataDir, { mode: 0o700 })
    const before = '# of the lab\ngateway:\n  port: 4000 # ours\n'
    await writeFile(join(dataDir, 'config.yaml'), before)
    const { code, out, err } = await run('--write', '--cluster', 'sophia', '--kind', 'slurm')
    expect(code).toBe(0)
    const after = await config()
    expect(after).toBe(before + out)
    expect(after).toContain('kind: slurm')
    const copies = (await readdir(dataDir)).filter((name) => name.endsWith('.bak'))
    expect(copies).toHaveLength(1)
    expect(err).toContain(copies[0])
    expect(await readFile(join(dataDir, copies[0] ?? ''), 'utf8')).toBe(before)

    expect(await run('--write', '--cluster', 'sophia')).toMatchObject({ code: 0, out: '', err: expect.stringContaining('There is nothing to add') as unknown })
    expect(await config()).toBe(after)
  })

  test('makes the file where there is none', async () => {
    expect(await run('--write')).toMatchObject({ code: 0 })
    expect(await config()).toContain('name: metis')
  })

  test('says what is wrong with a file, or with config.yaml, and changes nothing', async () => {
    await writeFile(join(folder, 'endpoints.json'), JSON.stringify([{ ...endpointsFixture[0], fields: { cluster: 'sophia' } }]))
    expect(await run('--write')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('endpoints.json [0].fields.framework is missing.') as unknown })
    await rm(join(folder, 'endpoints.json'))
    expect(await run()).toMatchObject({ code: 1, err: expect.stringContaining('endpoints.json cannot be read: there is no such file.') as unknown })
    await writeFile(join(folder, 'endpoints.json'), '[]')
    await mkdir(dataDir, { mode: 0o700 })
    await writeFile(join(dataDir, 'config.yaml'), 'gateway:\n  prot: 1\n')
    expect(await run('--write')).toMatchObject({ code: 1, err: expect.stringContaining('did you mean port?') as unknown })
    expect(await run('--kind', 'cobalt')).toMatchObject({ code: 2 })
  })
})
