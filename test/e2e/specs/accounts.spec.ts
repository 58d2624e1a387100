import { chatOf } from '../chat'
import { accountsOf, ada, expect, siteModel, test } from '../globus-lab'

test('somebody is told what the site demands, signs in in the browser, sees who they are and what is granted, and signs out', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const accounts = accountsOf(app)
  await accounts.open()
  await expect(page.getByText('You are not signed in.')).toBeVisible()
  await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
  await expect(accounts.dialog.getByText('Sign in with your ALCF or Argonne account')).toBeVisible()
  expect(lab.globus.calls.count('auth', 'GET /v2/oauth2/authorize')).toBe(0)
  await accounts.begin.click()
  await accounts.passGlobus()
  await expect(accounts.account).toContainText('Ada Lovelace')
  await expect(accounts.account).toContainText('through Argonne National Laboratory')
  await expect(accounts.account.getByRole('row', { name: /Models of ALCF.*renewed/ })).toBeVisible()
  await expect(accounts.dialog).toBeHidden()

  await accounts.account.getByRole('button', { name: 'Actions for ada@anl.gov' }).click()
  await page.getByRole('menuitem', { name: 'Sign out…' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(accounts.account).toBeHidden()
  await expect(page.getByText('You are not signed in.')).toBeVisible()
  expect(app.problems).toEqual([])
})

test('a sign-in that is declined says so in a sentence, and can be begun again', async ({ lab }) => {
  const app = await lab.start()
  const accounts = accountsOf(app)
  await accounts.open()
  await app.page.getByRole('button', { name: 'Sign in to ALCF' }).click()
  await accounts.begin.click()
  await accounts.passGlobus({ ...ada, decision: 'Deny' })
  await expect(accounts.dialog.getByText('The sign-in to ALCF was declined.')).toBeVisible()
  await accounts.dialog.getByRole('button', { name: 'Try again' }).click()
  await accounts.passGlobus()
  await expect(accounts.account).toContainText('Signed in')
})

test('an answer that the site refused, because the sign-in is too old for its policy, is sent again after the sign-in', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const accounts = accountsOf(app)
  const chat = chatOf(page)
  await accounts.open()
  await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
  await accounts.begin.click()
  await accounts.passGlobus()
  await expect(accounts.account).toContainText('Signed in')
  await page.getByRole('link', { name: 'Chat' }).click()
  await chat.chooseModel(siteModel)

  // Younger than the sign-in that there is, older than the next one will be.
  lab.globus.clock.advance({ hours: 1 })
  lab.alcf.setPolicy(1_800)
  await chat.ask('What is the mass of the muon?')
  const refusal = page.getByRole('group', { name: 'The answer failed' })
  await refusal.getByRole('button', { name: 'Sign in to ALCF' }).click()
  await accounts.passGlobus()
  await chat.answered()
  await expect(refusal).toBeHidden()
  await expect(chat.questions).toHaveCount(1)
  await expect(chat.answer).toContainText(/\w+/)
  expect(lab.alcf.refusals).toHaveLength(1)
})

test('the gateway says who was refused lately, and why', async ({ apps }) => {
  const app = await apps.start()
  const refused = await fetch(`${await app.gatewayUrl()}/v1/models`, { headers: { authorization: 'Bearer fd-of-nobody' } })
  expect(refused.status).toBe(401)
  await app.page.evaluate(() => void (location.hash = '#/gateway/keys'))
  await expect(app.page.getByRole('list', { name: 'Refused lately' }).getByRole('listitem')).toContainText('401')
})
