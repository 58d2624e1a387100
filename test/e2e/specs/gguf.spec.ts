import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTinyGguf } from '../../fixtures/gguf'
import { expect, test } from '../app'
import { chatOf } from '../chat'
import { alive, killAll } from '../processes'

let folder: string

const configFor = (file: string): string => `version: 1\nclusters:\n  - name: here\n    kind: local\n    deployments:\n      - model: tiny\n        framework: llama\n        file: ${file}\n        contextTokens: 512\n`

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-gguf-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

test('a GGUF file answers on this machine, and the conversation is there at the next start', async ({ apps }) => {
  const file = join(folder, 'tiny.gguf')
  await writeTinyGguf(file, { says: [' the', ' sum', ' is', ' five'] })
  const app = await apps.start({ config: configFor(file) })
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.chooseModel('tiny')
  await chat.ask('Add two and three')
  await chat.answered()
  await expect(chat.answer).toContainText('the sum is five')
  await app.stop()

  const again = chatOf((await app.start()).page)
  await expect(again.questions).toContainText('Add two and three')
  await expect(again.answer).toContainText('the sum is five')
})

test('a model file that another program keeps is found, and added in the first minute', async ({ apps }) => {
  const { home } = apps.launch()
  const models = join(home, '.lmstudio', 'models', 'someone', 'tiny')
  await mkdir(models, { recursive: true })
  await writeTinyGguf(join(models, 'tiny-chat.gguf'), { says: [' found', ' and', ' loaded'] })
  const { page } = await apps.start()
  await page.getByRole('button', { name: 'Run models on this workstation' }).click()
  const dialog = page.getByRole('dialog', { name: 'Run a model on this workstation' })
  await dialog.getByRole('radio', { name: /tiny-chat/ }).click()
  await dialog.getByLabel('Model id').fill('tiny')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
  const chat = chatOf(page)
  await chat.chooseModel('tiny')
  await chat.ask('Are you there?')
  await chat.answered()
  await expect(chat.answer).toContainText('found and loaded')
})

test('the process of a model ends when the app is killed while it answers', async ({ apps }) => {
  const file = join(folder, 'tiny.gguf')
  await writeTinyGguf(file, { says: [' and', ' on'], forever: true })
  const app = await apps.start({ config: configFor(file) })
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.chooseModel('tiny')
  await chat.ask('Go on')
  await expect(chat.answer).toContainText('and on and on')
  const pids = app.corePids()
  killAll(pids.slice(0, 1))
  await expect.poll(() => alive(pids), { message: 'children that outlive the app' }).toEqual([])
})
