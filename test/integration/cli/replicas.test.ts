import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, startCli, type Ran, type Running } from '../../fixtures/cli-process'
import { writeTinyGguf } from '../../fixtures/gguf'
import { scripted } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

let app: BuiltApp
let folder: string
let server: Running

beforeAll(async () => {
  app = await buildApp()
  folder = await mkdtemp(join(tmpdir(), 'first-cli-replicas-'))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  const deployments = [{ model: 'org/scripted', framework: 'api', launch: scripted('--prints', '"hello from the engine"'), replicas: { min: 0, max: 2 } }, { model: 'org/tiny', framework: 'api', template: 'llama', file: join(folder, 'tiny.gguf'), contextTokens: 512 }]
  await writeTinyGguf(join(folder, 'tiny.gguf'))
  await writeFile(join(folder, 'data/config.yaml'), stringify({ clusters: [{ name: 'here', kind: 'local', deployments }] }))
  server = startCli(app, ['serve', '--port', '0', '--data-dir', join(folder, 'data')])
  await server.readyLine
})
afterAll(async () => {
  server.kill('SIGTERM')
  await server.ended
  await app.remove()
  await rm(folder, { recursive: true, force: true })
})

const jobs = z.array(z.looseObject({ id: z.string(), state: z.string() }))
const run = (...args: string[]): Promise<Ran> => runCli(app, args, { env: { FIRST_DESKTOP_DATA_DIR: join(folder, 'data') } })

describe('first-desktop over a running gateway', { timeout: 60_000 }, () => {
  test('tells how clusters are, and that nothing runs yet', async () => {
    expect((await run('status')).out).toMatch(/^cluster +kind +state +age +models +nodes\nhere +local +up +\d+ \w+ +1 live, 2 offline +-\n$/)
    expect(JSON.parse((await run('status', '--json')).out)).toMatchObject([{ name: 'here', kind: 'local', models: [{ id: 'guide' }, { id: 'org/scripted', status: 'offline' }, { id: 'org/tiny' }] }])
    expect(await run('jobs')).toMatchObject({ code: 0, out: '', err: 'Nothing runs or waits.\n' })
    expect(await run('jobs', '--json')).toMatchObject({ code: 0, out: '[]\n', err: '' })
  })

  test('starts a deployment, prints what its replica printed, and ends it', async () => {
    expect(await run('deployment', 'scale', 'org/scripted', '--replicas', '1')).toEqual({ code: 0, out: '', err: 'org/scripted on here is to have as many replicas: 1.\n' })
    const states = async () => jobs.parse(JSON.parse((await run('jobs', '--json')).out)).map(({ id, state }) => [id, state])
    await until('it is live', async () => (await states()).some(([, state]) => state === 'live'))
    const [id = ''] = /^fd-\w+/m.exec((await run('jobs')).out) ?? []
    expect((await run('replica', 'log', id)).out).toContain('hello from the engine')
    expect(await run('deployment', 'drain', 'org/scripted')).toMatchObject({ code: 0, err: 'org/scripted on here ends once its requests have ended.\n' })
    await until('it is over', async () => (await states()).every(([, state]) => state === 'stopped'))
    expect(await run('replica', 'end', id)).toMatchObject({ code: 1, err: expect.stringContaining(`There is no replica ${id} that runs or waits.`) as unknown })
    expect(await run('deployment', 'auto', 'org/scripted')).toMatchObject({ code: 0 })
  })

  test('answers with the app\'s own engine as a process of its own, which the template llama starts', async () => {
    const { code, out, err } = await run('chat', '-m', 'org/tiny', 'hello')
    expect(err).toBe('')
    expect([code, out.length > 0]).toEqual([0, true])
    const live = jobs.parse(JSON.parse((await run('jobs', '--json')).out)).filter(({ state }) => state === 'live')
    expect(live).toEqual([expect.objectContaining({ models: ['org/tiny'] })])
    expect(await run('replica', 'end', live[0]?.id ?? '')).toMatchObject({ code: 0, err: expect.stringMatching(/^fd-\w+ of org\/tiny on here is being ended\.\n$/) as unknown })
  })

  test.each([
    [['deployment', 'start', 'org/none'], 1, 'No replicas of org/none are started from here. There are org/scripted, org/tiny.'],
    [['deployment', 'start', 'org/scripted', '--cluster', 'there'], 1, 'on there'],
    [['deployment', 'scale', 'org/scripted'], 2, '--replicas'],
    [['deployment', 'scale', 'org/scripted', '--replicas', 'many'], 2, 'It is a whole number from 0 to 256.'],
    [['deployment', 'restart', 'org/scripted'], 2, 'restart'],
    [['replica', 'log', 'fd-nobody'], 1, 'There is no replica or job fd-nobody'],
  ])('%j ends with %i and says why', async (args, code, words) => {
    expect(await run(...args)).toMatchObject({ code, out: '', err: expect.stringContaining(words) as unknown })
  })

  test('finds with «doctor» the engine of a deployment, and names one that is missing', async () => {
    expect((await run('doctor')).out).toContain(`✓ Engine of org/scripted: ${process.execPath} (its launch line)\n`)
    const config = join(folder, 'other.yaml')
    await writeFile(config, stringify({ clusters: [{ name: 'here', kind: 'local', deployments: [{ model: 'org/m', framework: 'api', launch: '/no/such/engine' }] }] }))
    const { code, out } = await run('doctor', '--config', config, '--data-dir', join(folder, 'new'))
    expect(code).toBe(1)
    expect(out).toContain('✗ Engine of org/m: The engine of "org/m", /no/such/engine, was not found: there is no such program that may be run.')
  })

  test('says how to start one where none runs', async () => {
    for (const args of [['status'], ['jobs'], ['deployment', 'start', 'x'], ['replica', 'log', 'x']])
      expect(await run(...args, '--data-dir', join(folder, 'empty')), args.join(' ')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Start it with «first-desktop serve»') as unknown })
  })
})
