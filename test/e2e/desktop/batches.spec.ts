import { batchesOf, batchLines, writeScratch } from '../batch-lab'
import { dropPaths } from '../drop'
import { expect, gate, test } from '../lab'

test('the taskbar shows how far a batch is, the system is told of its end, and the machine stays awake where the person agrees', async ({ lab, apps }) => {
  const { page, electron } = await lab.start()
  const batches = batchesOf(page)
  // What the desktop is told goes into a list as well.
  await electron!.evaluate(({ BrowserWindow, Notification, powerSaveBlocker }) => {
    const told: string[] = []
    Object.assign(globalThis, { told })
    const window = BrowserWindow.getAllWindows()[0]!
    const setProgressBar = window.setProgressBar.bind(window)
    window.setProgressBar = (done) => {
      told.push(`progress ${done}`)
      setProgressBar(done)
    }
    Notification.isSupported = () => true
    Notification.prototype.show = function show(this: Electron.Notification) {
      told.push(`${this.title}: ${this.body}`)
    }
    const start = powerSaveBlocker.start.bind(powerSaveBlocker)
    const stop = powerSaveBlocker.stop.bind(powerSaveBlocker)
    powerSaveBlocker.start = (kind) => {
      told.push(kind)
      return start(kind)
    }
    powerSaveBlocker.stop = (id) => {
      told.push('may sleep')
      return stop(id)
    }
  })
  const told = (): Promise<string[]> => electron!.evaluate(() => (globalThis as unknown as { told: string[] }).told)
  const { until, open } = gate()
  let left = 3
  lab.server.behave(() => ({ kind: 'answer', text: 'fine', ...(left-- > 0 ? {} : { startWhen: until }) }))
  await dropPaths(page, await writeScratch(apps.scratch, 'papers.jsonl', batchLines(4)))
  await batches.queue.click()
  await expect.poll(told).toContain('progress 0.75')
  expect(await told()).not.toContain('prevent-app-suspension')
  await batches.open()
  await page.getByRole('button', { name: 'Stay awake' }).click()
  await expect.poll(told).toContain('prevent-app-suspension')
  await expect(page.getByRole('button', { name: 'Stay awake' })).toBeHidden()
  open()
  await expect.poll(told).toContain('papers is done: 4 of 4 requests have an answer.')
  await expect.poll(told).toContain('progress -1')
  expect(await told()).toContain('may sleep')
})
