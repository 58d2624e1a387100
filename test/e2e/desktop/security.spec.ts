import type { ElectronApplication, Page } from '@playwright/test'
import { expect, test } from '../app'

/** Keeps the links that are handed to the system's browser, instead of opening it. */
async function catchLinks(electron: ElectronApplication): Promise<() => Promise<string[]>> {
  const links = await electron.evaluateHandle(({ shell }) => {
    const caught: string[] = []
    shell.openExternal = (link) => {
      caught.push(link)
      return Promise.resolve()
    }
    return caught
  })
  return () => links.evaluate((caught) => caught)
}

const click = (page: Page, href: string, target: string): Promise<void> =>
  page.evaluate(
    ([link, where]) => {
      const anchor = Object.assign(document.createElement('a'), { href: link, target: where })
      document.body.append(anchor)
      setTimeout(() => anchor.click())
    },
    [href, target] as const,
  )

test('the window is sandboxed, isolated and without Node', async ({ apps }) => {
  const { electron, page } = await apps.start()
  await page.getByRole('heading', { level: 1 }).waitFor()
  const preferences = await electron!.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    // Not in the types: what the window's contents were made with.
    return (window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
  })
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false })
})

test('links open in the system browser, and the window stays', async ({ apps }) => {
  const { electron, page } = await apps.start()
  const links = await catchLinks(electron!)
  await click(page, 'https://example.org/new-window', '_blank')
  await expect.poll(links).toEqual(['https://example.org/new-window'])
  await click(page, 'https://example.org/same-window', '_self')
  await expect.poll(links).toHaveLength(2)
  await page.evaluate(() => void setTimeout(() => open('https://example.org/opened')))
  await expect.poll(links).toHaveLength(3)
  await click(page, 'file:///etc/passwd', '_blank')
  await click(page, 'javascript:document.title="broken"', '_blank')
  await click(page, 'mailto:someone@example.org', '_blank')
  // The last of them came, so those before it were dealt with too.
  await expect.poll(links).toEqual(['https://example.org/new-window', 'https://example.org/same-window', 'https://example.org/opened', 'mailto:someone@example.org'])
  expect(page.url()).toMatch(/^app:\/\/first-desktop\//)
  expect(electron!.windows()).toHaveLength(1)
})

test('no permission is given but that to copy', async ({ apps }) => {
  const { page } = await apps.start()
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi', 'clipboard-write']
    const entries = names.map(async (name) => [name, (await navigator.permissions.query({ name: name as PermissionName })).state] as const)
    return Object.fromEntries(await Promise.all(entries))
  })
  expect(states).toEqual({ geolocation: 'denied', notifications: 'denied', camera: 'denied', microphone: 'denied', 'clipboard-read': 'denied', midi: 'denied', 'clipboard-write': 'granted' })
  const asked = await page.evaluate(async () => ({
    notification: await Notification.requestPermission(),
    position: await new Promise<string>((done) => navigator.geolocation.getCurrentPosition(() => done('given'), ({ code }) => done(`refused ${code}`))),
  }))
  expect(asked).toEqual({ notification: 'denied', position: 'refused 1' })
})

test('a frame inside the page gets no way to the core', async ({ apps }) => {
  const { page } = await apps.start()
  await page.evaluate(() => {
    const seen = Object.assign(window, { ports: 0 })
    addEventListener('message', ({ data }) => (seen.ports += data === 'first-desktop:port' ? 1 : 0))
    document.body.append(document.createElement('iframe'))
  })
  const frame = page.frames().find((each) => each !== page.mainFrame())!
  await frame.evaluate(() => parent.postMessage('first-desktop:connect', '*'))
  await frame.evaluate(() => postMessage('first-desktop:connect', '*'))
  // The page's own question comes later, so its port is the only one when it is there.
  await page.evaluate(() => postMessage('first-desktop:connect', location.origin))
  await page.waitForFunction(() => 'ports' in window && window.ports === 1)
  expect(await page.evaluate(() => 'ports' in window && window.ports)).toBe(1)
})

test('files outside the window are not served', async ({ apps }) => {
  const { page } = await apps.start()
  const statuses = await page.evaluate(() =>
    Promise.all(['/..%2f..%2fpackage.json', '/%2e%2e%2fmain/electron.js', '/nothing.js', 'app://elsewhere/index.html'].map((path) => fetch(path).then(({ status }) => status, () => 'refused'))),
  )
  expect(statuses).toEqual([404, 404, 404, 'refused'])
})
