import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, type App } from '../app'
import { chatOf } from '../chat'
import { electronArgs } from '../hosts/electron'
import { endServer, startServer } from '../hosts/headless'
import { scratchEnv } from '../hosts/host'

test('a second start shows the first one\'s window and ends; a link that it was given leads there to its page', async ({ apps }) => {
  const { electron, page } = await apps.start()
  await page.evaluate(() => void Object.assign(window, { isStillThere: true }))
  await electron!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  const second = spawn(electron!.process().spawnfile, [...electronArgs(apps.launch()), 'first-desktop://accounts'], { env: scratchEnv(apps.launch()), stdio: 'ignore' })
  expect(await once(second, 'exit')).toEqual([0, null])
  await expect.poll(() => electron!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible() && !window.isMinimized()))).toEqual([true])
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible()
  expect(await page.evaluate(() => 'isStillThere' in window)).toBe(true)
})

test('a data directory that another FIRST Desktop holds is said in a window that names it', async ({ apps }) => {
  const { server } = await startServer(apps.launch())
  try {
    const { electron } = await apps.start()
    await expect.poll(() => electron!.windows().map((window) => window.url())).toContain('app://first-desktop/start-error')
    const page = electron!.windows().find((window) => window.url().endsWith('/start-error'))!
    await expect(page.getByRole('main')).toContainText(`held by another FIRST Desktop (process ${server.pid}`)
    await expect(page.getByRole('button', { name: 'Open data folder' })).toBeVisible()
    const exited = once(electron!.process(), 'exit')
    await page.getByRole('button', { name: 'Quit' }).click({ noWaitAfter: true })
    expect(await exited).toEqual([0, null])
  } finally {
    await endServer(server)
  }
})

test('a data directory that cannot be one is said in a window', async ({ apps }) => {
  const dataDir = join(apps.scratch, 'a-file')
  await writeFile(dataDir, 'not a folder')
  const { electron } = await apps.start({ dataDir })
  await expect.poll(() => electron!.windows().map((window) => window.url())).toContain('app://first-desktop/start-error')
  const page = electron!.windows().find((window) => window.url().endsWith('/start-error'))!
  await expect(page.getByRole('main')).toContainText(`The data directory ${dataDir} cannot be used`)
  expect(await readFile(dataDir, 'utf8')).toBe('not a folder')
})

test.describe('with the default port taken', () => {
  const other = createServer()
  test.beforeAll(async () => {
    other.on('error', () => undefined) // taken already, which is as good
    other.listen(3477, '127.0.0.1')
    await Promise.race([once(other, 'listening'), once(other, 'error')])
  })
  test.afterAll(() => void other.close())

  test('the app takes another', async ({ apps }) => {
    const app = await apps.start({ port: 'default' })
    expect(Number(new URL(await app.gatewayUrl()).port)).not.toBe(3477)
  })

  test('the app says so when the configuration wants that one', async ({ apps }) => {
    const { electron } = await apps.start({ port: 'default', config: 'gateway: { port: 3477 }\n' })
    await expect.poll(() => electron!.windows().map((window) => window.url())).toContain('app://first-desktop/start-error')
    const page = electron!.windows().find((window) => window.url().endsWith('/start-error'))!
    await expect(page.getByRole('main')).toContainText('The port 3477 of 127.0.0.1 is in use by another program.')
  })
})

test('a gateway that is bound to another address is reached all the same', async ({ apps }) => {
  const app = await apps.start({ config: 'gateway: { host: localhost }\n' })
  expect(await app.gatewayUrl()).toMatch(/^http:\/\/localhost:/)
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.ask('What can FIRST Desktop do?')
  await chat.answered()
  await expect(chat.answer).toContainText('not a language model')
})

test('a configuration with a mistake is said with its line, and the app works without it', async ({ apps }) => {
  const app = await apps.start({ config: 'gateway:\n\tport: 3477\n' })
  await expect(app.page.getByText(/config\.yaml.*line 2/)).toBeVisible()
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.ask('What can FIRST Desktop do?')
  await chat.answered()
  expect(await readFile(join(app.dataDir, 'config.yaml'), 'utf8')).toBe('gateway:\n\tport: 3477\n')
})

test('the window comes back where it was', async ({ apps }) => {
  const place = { x: 90, y: 70, width: 1000, height: 650 }
  const app = await apps.start()
  const placeOf = ({ electron }: App): Promise<unknown> => electron!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  await expect.poll(() => app.electron!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true)
  await app.electron!.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), place)
  await expect.poll(() => placeOf(app)).toEqual(place)
  await app.stop()
  expect(await placeOf(await app.start())).toEqual(place)
})

test('a page whose process dies is opened again, and the person is told', async ({ apps }) => {
  const { electron, page } = await apps.start()
  await page.getByRole('heading', { level: 1 }).waitFor()
  const told = await electron!.evaluateHandle(({ dialog }) => {
    const messages: string[] = []
    Object.assign(dialog, {
      showMessageBox: (_window: unknown, { message }: { message: string }) => {
        messages.push(message)
        return Promise.resolve({ response: 0, checkboxChecked: false })
      },
    })
    return messages
  })
  await electron!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
  await expect.poll(() => told.evaluate((messages) => messages)).toEqual(['The window stopped working and was opened again.'])
  const heading = (): Promise<unknown> =>
    electron!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.querySelector("h1")?.textContent'))
  await expect.poll(heading).toBe('Welcome to FIRST Desktop')
})
