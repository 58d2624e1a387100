import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { startCore } from '@main/core/compose'
import type { Core, CoreOptions } from '@main/core/core'
import { createNodeChildHost } from '@main/engines/child-host'
import { startSupervisor } from '@main/engines/supervisor/supervisor'
import type { MessagePortLike } from '@main/rpc/message-port'
import { createSecretStore, plainCipher } from '@main/storage/secret-store'
import type { Contract } from '@shared/rpc/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string
let dataDir: string
const cores: Core[] = []
const root = resolve(import.meta.dirname, '../../..')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-core-'))
  dataDir = join(folder, 'data')
})
afterEach(async () => {
  for (const core of cores.splice(0)) await core.close()
  await rm(folder, { recursive: true, force: true })
})

async function start(options: Partial<CoreOptions> = {}): Promise<Core> {
  const core = await startCore({
    dataDir,
    overrides: { port: 0 },
    hostKind: 'desktop',
    version: '0.0.1',
    windowOrigins: ['app://first-desktop'],
    secretCipher: plainCipher,
    childHost: createNodeChildHost({ buildDir: join(root, 'out/main') }),
    startSupervisor,
    resourcesDir: join(root, 'resources'),
    ...options,
  })
  cores.push(core)
  return core
}

/** Electron's port hands over an event, Node's the message itself. */
function likeElectrons(port: MessagePort): MessagePortLike {
  return {
    on: (event: string, listener: (event: { data: unknown }) => void) => port.on(event, (data: unknown) => listener({ data })),
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
  }
}

/** A window's end of a port that the core serves. */
function openWindow(core: Core): ContractRouterClient<Contract> {
  const { port1, port2 } = new MessageChannel()
  core.servePort(likeElectrons(port1))
  return createORPCClient(new RPCLink({ port: { on: (event, listener) => void port2.on(event, (data: unknown) => listener({ data })), postMessage: (message: unknown) => port2.postMessage(message) } }))
}

describe('the core', () => {
  test('takes over into the keychain what a command line wrote plain', async () => {
    await mkdir(dataDir)
    const path = join(dataDir, 'secrets.json')
    await createSecretStore({ path, cipher: plainCipher }).set('server.lab', 'sk-planted')
    await start({ secretCipher: { id: 'keychain-of-test', encrypt: (text) => Buffer.from(text).toString('hex'), decrypt: (text) => Buffer.from(text, 'hex').toString() } })
    expect(await readFile(path, 'utf8')).not.toContain('sk-planted')
  })

  test('serves a window on a port, which then reaches the gateway from its own origin', async () => {
    const core = await start()
    const session = await openWindow(core).session.open()
    expect(session).toMatchObject({ host: 'desktop', gatewayUrl: `${core.url}/v1`, secretsNotice: expect.stringContaining('unencrypted') as string })
    const answer = await fetch(`${session.gatewayUrl ?? ''}/models`, { headers: { authorization: `Bearer ${session.key}`, origin: 'app://first-desktop' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('app://first-desktop')
  })

  test('does for the window what only the shell can', async () => {
    const themes: string[] = []
    const core = await start({ shell: { setTheme: (theme) => void themes.push(theme), chooseModelFile: () => Promise.resolve(undefined), showFolder: () => undefined, notify: () => undefined, setProgress: () => undefined, setAtWork: () => undefined, link: () => undefined, setStaysAwake: () => undefined } })
    const window = openWindow(core)
    await window.shell.setTheme({ theme: 'dark' })
    expect(themes).toEqual(['dark'])
    expect(await window.shell.chooseModelFile()).toEqual({})
  })

  test('starts with the defaults on a desktop where config.yaml has problems, and shows them', async () => {
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'config.yaml'), 'gateway:\n\tport: 1\n')
    for await (const event of await openWindow(await start()).events.watch()) {
      if (event.kind !== 'config') continue
      expect(event.config.problems).toMatchObject([{ line: 2, message: expect.stringContaining('tab') as string }])
      break
    }
  })

  test('leaves nothing open and nothing locked when its start fails', async () => {
    const first = await start()
    const elsewhere = join(folder, 'other')
    await expect(start({ dataDir: elsewhere, overrides: { port: first.port } })).rejects.toMatchObject({ code: 'port_in_use' })
    await start({ dataDir: elsewhere })
  })

  test('ends once, however often it is told to, and can start again', async () => {
    const core = await start()
    await Promise.all([core.close(), core.close()])
    await core.close()
    await expect(fetch(`${core.url}/health`)).rejects.toThrow()
    await start()
  })

  test('keeps every secret out of its log', async () => {
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'config.yaml'), 'log: { level: debug }\n')
    const core = await start()
    const { key } = await openWindow(core).session.open()
    core.logger.info({ owner: core.ownerKey, window: key, headers: { authorization: 'Bearer planted-token-1' }, note: 'see sk-planted-secret-2 and ?code=planted-3' }, `with ${core.ownerKey}`)
    core.logger.error({ cause: new Error('planted', { cause: new Error(`fd-${'p'.repeat(43)}`) }) }, 'failed')
    await core.close()
    const log = await readFile(join(dataDir, 'logs/first-desktop.log'), 'utf8')
    for (const secret of [core.ownerKey, key, 'planted-token-1', 'planted-secret-2', 'planted-3', 'ppp']) expect(log).not.toContain(secret)
    expect(log).toContain('"message":"failed"')
    for (const line of log.trim().split('\n')) expect(() => void JSON.parse(line)).not.toThrow()
  })

  test('writes the record of a request before it ends', async () => {
    const core = await start()
    await fetch(`${core.url}/v1/models`, { headers: { authorization: `Bearer ${core.ownerKey}` } })
    await core.close()
    const { openDatabase } = await import('@main/storage/database')
    const { z } = await import('zod')
    const database = openDatabase(join(dataDir, 'first.db'))
    expect(database.all(z.object({ identity: z.string(), route: z.string(), status: z.number() }), 'SELECT * FROM requests')).toEqual([{ identity: 'owner', route: '/v1/models', status: 200 }])
    database.close()
    expect(await readdir(dataDir)).not.toContain('owner.json')
  })

  test('closes a port that sends something else, and serves the others', async () => {
    const core = await start()
    const { port1, port2 } = new MessageChannel()
    const closed = new Promise((resolve) => port2.on('close', resolve))
    core.servePort(likeElectrons(port1))
    port2.postMessage({ i: 1, p: { u: '/session/open' } })
    await closed
    expect((await openWindow(core).session.open()).host).toBe('desktop')
  })
})
