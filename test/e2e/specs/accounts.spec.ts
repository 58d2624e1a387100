import { join } from 'node:path'
import { transferScope } from '../../doubles/globus/auth/own-scopes'
import { ids } from '../../doubles/globus/usual-world'
import { batchesOf, batchLines, writeScratch } from '../batch-lab'
import { chatOf, isStored } from '../chat'
import { dropPaths } from '../drop'
import { clickThrough } from '../globus-browser'
import { accountsOf, ada, expect, grace, labModel, linus, siteModel, test } from '../globus-lab'
import { commandLines, filesWith, secretsIn } from '../planted'
import { withVariable } from '../processes'

test('somebody is told what the site demands, may decline, must be who the site wants, sees who they are and what is granted, and signs out', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const accounts = accountsOf(app, lab.browser)
  const alcf = accounts.siteGroup('ALCF')

  await test.step('nothing is asked of Globus before the demands are read', async () => {
    await accounts.open()
    await expect(alcf.getByText('You are not signed in.')).toBeVisible()
    await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
    await expect(accounts.dialog.getByText('Sign in with your ALCF or Argonne account')).toBeVisible()
    expect(lab.globus.calls.count('auth', 'GET /v2/oauth2/authorize')).toBe(0)
    await accounts.begin.click()
  })

  await test.step('another identity provider than the site takes ends at Globus; a sign-in that is declined says so, and can be begun again', async () => {
    const globus = await accounts.openGlobus()
    await globus.getByLabel('Identity provider').selectOption(grace.provider)
    await globus.getByRole('button', { name: 'Continue' }).click()
    await globus.getByRole('button', { name: `Log in as ${grace.username}` }).click()
    await expect(globus.getByRole('alert')).toContainText('is not met')
    await globus.getByRole('button', { name: 'Log in with another identity' }).click()
    await clickThrough(globus, { ...ada, decision: 'Deny' })
    await accounts.comeBack(globus)
    await expect(accounts.dialog.getByText('The sign-in to ALCF was declined.')).toBeVisible()
    await accounts.dialog.getByRole('button', { name: 'Try again' }).click()
    await accounts.passGlobus()
  })

  await test.step('the page says who they are there, their groups, when they must sign in again, and what is granted', async () => {
    await expect(accounts.account).toContainText('Ada Lovelace')
    await expect(accounts.account).toContainText('through Argonne National Laboratory')
    await expect(accounts.account).toContainText('In 2 groups at ALCF. Its policy decides when you must sign in again.')
    await expect(accounts.account.getByRole('row', { name: /Models of ALCF.*renewed/ })).toBeVisible()
    await expect(accounts.dialog).toBeHidden()
  })

  await test.step('signing out revokes every token', async () => {
    await accounts.account.getByRole('button', { name: 'Actions for ada@anl.gov' }).click()
    await page.getByRole('menuitem', { name: 'Sign out…' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
    await expect(accounts.account).toBeHidden()
    await expect(alcf.getByText('You are not signed in.')).toBeVisible()
    expect(lab.globus.auth.tokens.values().filter((value) => lab.globus.auth.tokens.access(value) !== undefined)).toEqual([])
  })

  await test.step('the gateway says who may come in by Globus, and who was refused and why', async () => {
    const url = `${await app.gatewayUrl()}/v1/models`
    const statusOf = async (username: string): Promise<number> => {
      const { access_token: token } = lab.globus.signIn({ username, client: ids.nativeClient, scope: ids.gatewayScope })
      return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status
    }
    expect([await statusOf(ada.username), await statusOf(linus.username)]).toEqual([200, 401])
    await page.evaluate(() => void (location.hash = '#/gateway/keys'))
    await expect(accounts.siteGroup('Let in by Globus')).toContainText('anl.gov')
    await expect(page.getByRole('list', { name: 'Refused lately' }).getByRole('listitem')).toContainText(/linus@orcid\.org.*Must authenticate with anl\.gov.*401/)
  })
  expect(app.problems).toEqual([])
})

test('two sites have an account each, and neither site ever sees the token of the other', async ({ lab, apps }) => {
  const app = await lab.start()
  const { page } = app
  const accounts = accountsOf(app, lab.browser)
  const chat = chatOf(page)
  const askOf = async (model: string, question: string): Promise<void> => {
    await page.getByRole('link', { name: 'Chat' }).click()
    await chat.chooseModel(model)
    await chat.ask(question)
  }

  await test.step('whom a site does not take is told with whom to sign in, and may come as somebody else', async () => {
    await accounts.open()
    await accounts.signIn('The lab', linus)
    const linusThere = accounts.accountAt(linus.username, 'The lab')
    await expect(linusThere).toContainText('The lab wants a sign-in with an account of uchicago.edu.')
    await linusThere.getByRole('button', { name: 'Sign in to The lab' }).click()
    await accounts.passGlobus(grace)
    await expect(accounts.accountAt(grace.username, 'The lab')).toContainText('In use')
    await expect(linusThere).toContainText('Not in use')
  })

  await test.step('each site answers whoever is signed in there', async () => {
    await accounts.signIn('ALCF', ada)
    await askOf(siteModel, 'Who asks at ALCF?')
    await chat.answered()
    await askOf(labModel, 'Who asks at the lab?')
    await chat.answered()
    const { tokens } = lab.globus.auth
    const askedAt = (bearers: ReadonlySet<string>): readonly unknown[] => [...new Set([...bearers].map((value) => tokens.access(value)?.resourceServer))]
    const [atAlcf, atLab] = [lab.alcf.bearers, lab.chicago.bearers]
    expect([askedAt(atAlcf).length, askedAt(atLab).length]).toEqual([1, 1])
    expect([...atAlcf].filter((value) => atLab.has(value))).toEqual([])
  })

  await test.step('copying the files of a batch needs consent, which is asked for once; the batch goes on by itself', async () => {
    const batches = batchesOf(page)
    await batches.open()
    await page.getByRole('button', { name: 'Choose a file' }).waitFor()
    await dropPaths(page, await writeScratch(apps.scratch, 'papers.jsonl', batchLines(3, labModel)))
    await batches.queue.click()
    await expect(page.getByRole('status').filter({ hasText: 'The lab needs your consent to copy the files of batches' }).first()).toBeVisible()
    await page.getByRole('button', { name: 'Sign in to The lab' }).click()
    const globus = await accounts.openGlobus()
    await clickThrough(globus, grace, async () => expect(globus.getByRole('list', { name: 'Access' })).toContainText('Transfer files'))
    await accounts.comeBack(globus)
    await expect(page.getByRole('group', { name: 'How far it is' })).toContainText('3 of 3')
    await expect(page.getByText('Done', { exact: true })).toBeVisible()
  })

  await test.step('signing out everywhere ends them all, and revokes their tokens', async () => {
    await accounts.open()
    await page.getByRole('button', { name: 'Sign out everywhere…' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' }).click()
    await expect(page.getByText('You are signed out everywhere')).toBeVisible()
    await expect(page.getByText('You are not signed in.')).toHaveCount(2)
    expect(lab.globus.auth.tokens.values().filter((value) => lab.globus.auth.tokens.access(value) !== undefined)).toEqual([])
  })
})

test('what a site refuses for want of a sign-in goes on after it, in a chat and in a batch, with nothing typed again and no token left anywhere', async ({ lab, apps }) => {
  const app = await lab.start()
  const { page } = app
  const accounts = accountsOf(app, lab.browser)
  const chat = chatOf(page)
  const batches = batchesOf(page)
  const urls: string[] = []
  page.on('request', (request) => urls.push(request.url()))
  page.on('framenavigated', (frame) => urls.push(frame.url()))
  const refusal = page.getByRole('group', { name: 'The answer failed' })
  const draft = 'And that of the tau? I am still typing'
  await accounts.open()
  await accounts.signIn('ALCF', ada)
  await page.getByRole('link', { name: 'Chat' }).click()
  await chat.chooseModel(siteModel)

  await test.step('a policy in the middle of a chat: one sentence, one button, and the question is sent again', async () => {
    await chat.ask('What is the mass of the electron?')
    await chat.answered()
    // Younger than the sign-in that there is, older than the next one will be.
    lab.globus.clock.advance({ hours: 1 })
    lab.alcf.setPolicy(1_800)
    await chat.ask('What is the mass of the muon?')
    await expect(refusal.getByRole('paragraph')).toHaveText('ALCF asks for a fresh sign-in: its policy says so.')
    await expect(refusal.getByRole('button')).toHaveCount(1)
    await chat.message.fill(draft)
    await refusal.getByRole('button', { name: 'Sign in to ALCF' }).click()
    await accounts.passGlobus()
    await expect(refusal).toBeHidden()
    await chat.answered()
    await expect(chat.questions).toHaveCount(2)
    await expect(chat.message).toHaveValue(draft)
    expect(lab.alcf.refusals).toHaveLength(1)
    expect(lab.alcf.site.requests.at(-1)?.body).toContain('What is the mass of the muon?')
  })

  await test.step('consent to one thing more is asked for at Globus, and then had', async () => {
    lab.alcf.needConsent(transferScope)
    await chat.message.press('Enter')
    await expect(refusal.getByRole('paragraph')).toHaveText('ALCF needs your consent to one thing more.')
    await refusal.getByRole('button', { name: 'Sign in to ALCF' }).click()
    const globus = await accounts.openGlobus()
    await expect(globus.getByRole('list', { name: 'Access' })).toContainText('Transfer files')
    await clickThrough(globus, ada)
    await accounts.comeBack(globus)
    await expect(refusal).toBeHidden()
    await chat.answered()
    await expect(chat.questions.last()).toContainText(draft)
  })

  await test.step('a policy in the middle of a batch: it waits and says why, and goes on by itself', async () => {
    let served = 0
    lab.alcf.site.behave(() => {
      if (++served === 5) lab.globus.clock.advance({ hours: 1 })
      return { kind: 'answer' }
    })
    await batches.open()
    await page.getByRole('button', { name: 'Choose a file' }).waitFor()
    await dropPaths(page, await writeScratch(apps.scratch, 'numbers.jsonl', batchLines(30, siteModel)))
    await batches.queue.click()
    await expect(page.getByRole('status').filter({ hasText: 'ALCF asks for a fresh sign-in' }).first()).toBeVisible()
    await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
    await accounts.passGlobus()
    await expect(page.getByRole('group', { name: 'How far it is' })).toContainText('30 of 30')
    await expect(page.getByText('Done', { exact: true })).toBeVisible()
  })

  await test.step('no token stands in a command line, an address, the database of the window or a file, but where tokens are kept', async () => {
    const tokens = lab.globus.auth.tokens.values()
    expect(tokens.length).toBeGreaterThan(12)
    expect(secretsIn(commandLines(withVariable(`HOME=${app.home}`)), tokens)).toEqual([])
    expect(secretsIn(urls.join('\n'), tokens)).toEqual([])
    for (const token of tokens) expect(await isStored(page, token)).toBe(false)
    if (app.electron === undefined) await app.stop()
    else {
      const crash = app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
      await Promise.all([page.waitForEvent('crash'), crash])
      await app.kill()
    }
    const { found, read } = await filesWith(apps.scratch, tokens)
    expect(read.some((path) => path.includes('IndexedDB'))).toBe(true)
    expect(read.some((path) => path.endsWith('first.db'))).toBe(true)
    // Electron writes that file in a cipher of its own.
    expect(found).toEqual(app.electron === undefined ? [join(app.dataDir, 'secrets.json')] : [])
  })
})
