import { expect, test } from '../app'
import { chatOf } from '../chat'
import { call, sayToCore } from '../rpc'

test('a page has nothing of Node', async ({ apps }) => {
  const { page } = await apps.start()
  const found = await page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter((name) => name in window))
  expect(found).toEqual([])
})

test('code, images, frames and calls from elsewhere are refused', async ({ apps }) => {
  const { page } = await apps.start()
  const refused = await page.evaluateHandle(() => {
    const directives = new Set<string>()
    addEventListener('securitypolicyviolation', ({ effectiveDirective }) => directives.add(effectiveDirective))
    return directives
  })
  // In a callback of the page's own: what a test evaluates itself is let through.
  const ran = await page.evaluate(
    () =>
      new Promise<string[]>((done) =>
        setTimeout(() => {
          const works: string[] = []
          const script = Object.assign(document.createElement('script'), { textContent: 'window.isBroken = true' })
          const image = Object.assign(document.createElement('img'), { src: 'https://example.org/pixel.png' })
          const frame = Object.assign(document.createElement('iframe'), { src: 'https://example.org/' })
          document.body.append(script, image, frame)
          if ('isBroken' in window) works.push('inline script')
          try {
            eval('1')
            works.push('eval')
          } catch {
            // as it should
          }
          fetch('https://example.org/').then(
            () => done([...works, 'fetch']),
            () => done(works),
          )
        }),
      ),
  )
  expect(ran).toEqual([])
  await expect.poll(() => refused.evaluate((directives) => [...directives].sort())).toEqual(['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem'])
})

test('a call with arguments that are wrong is refused by name, and one that is no call ends its connection', async ({ apps }) => {
  const { page } = await apps.start()
  const wrong = await sayToCore(page, call('/servers/add', { name: 'Not a name!', url: 'file:///etc/passwd' }))
  expect(wrong.body).toContain('invalid_request')
  expect(wrong.body).toContain('url')
  expect(await sayToCore(page, call('/nothing/there', {}))).toMatchObject({ status: 404 })
  expect(await sayToCore(page, 'not a call')).toEqual({ kind: 'closed' })
  expect(await sayToCore(page, { i: '1', p: { u: 42 } })).toEqual({ kind: 'closed' })
  expect(await sayToCore(page, call('/session/open'))).toMatchObject({ status: 200 })
})

test('what an answer says is shown, not run', async ({ apps }) => {
  const { page, problems } = await apps.start()
  const chat = chatOf(page)
  await chat.lookAround()
  await chat.ask('<img src="https://example.org/x.png" onerror="document.title=\'broken\'"> <script>document.title="broken"</script>')
  await chat.answered()
  await expect(chat.questions.last()).toContainText('<script>')
  expect(await page.title()).not.toBe('broken')
  expect(problems).toEqual([])
})
