import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { createClient, type Client } from './globus-client'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let browser: Browser
let globus: Globus
let client: Client
let page: Page

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: process.env.FIRST_DESKTOP_CHROMIUM ?? '/usr/bin/chromium', args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] })
})
afterAll(() => browser.close())
beforeEach(async () => {
  globus = await startGlobus()
  client = createClient(globus)
  page = await (await browser.newContext()).newPage()
})
afterEach(async () => {
  await page.context().close()
  await globus.close()
})

/** What axe calls a violation, on the page as it is. */
async function violations(): Promise<unknown> {
  await page.evaluate(axe)
  return page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')
}
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
async function logIn(provider: string, username: string): Promise<void> {
  await page.getByLabel('Identity provider').selectOption(provider)
  await press('Continue')
  expect(await violations()).toEqual([])
  await press(`Log in as ${username}`)
}

describe('pages of the Globus double in Chromium', () => {
  test('are clicked through to the port of the app: the wrong identity, the right one, a second factor, consent', async () => {
    const called: string[] = []
    const app = createServer(({ url = '' }, response) => {
      called.push(url)
      response.setHeader('content-type', 'text/html').end('<p>You may close this page.</p>')
    }).listen(0, '127.0.0.1')
    await once(app, 'listening')
    const redirect = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
    await page.goto(client.authorizeUrl({ redirect_uri: redirect, session_required_single_domain: 'alcf.anl.gov', session_required_mfa: 'true', session_message: 'ALCF asks for an ALCF account.', prefill_named_grant: 'my desk' }))
    expect(await page.getByRole('note').textContent()).toBe('ALCF asks for an ALCF account.')
    expect(await violations()).toEqual([])
    await logIn('University of Chicago', 'grace@uchicago.edu')
    expect(await page.getByRole('alert').textContent()).toBe('An identity from alcf.anl.gov is required.')
    await press('Log in with another identity')
    await logIn('Argonne LCF', 'ada@alcf.anl.gov')
    await press('Approve second factor')
    expect(await page.getByRole('list', { name: 'Access' }).getByRole('listitem').allTextContents()).toContain('View your groups and memberships')
    expect(await violations()).toEqual([])
    await press('Allow')
    await page.getByText('You may close this page.').waitFor()
    const answer = new URL(called[0]!, redirect).searchParams
    expect(answer.get('state')).toBe('state-1')
    expect((await client.exchange(answer.get('code') ?? '', { redirect_uri: redirect })).status).toBe(200)
    app.close()
    app.closeAllConnections()
  })

  test('show the code to copy, or that access was denied', async () => {
    const redirect = 'https://auth.globus.org/v2/web/auth-code'
    await page.goto(client.authorizeUrl({ redirect_uri: redirect }))
    await logIn('Argonne National Laboratory', 'ada@anl.gov')
    await press('Allow')
    const code = await page.getByLabel('Authorization code').inputValue()
    expect(await violations()).toEqual([])
    expect((await client.exchange(code, { redirect_uri: redirect })).status).toBe(200)
    await page.goto(client.authorizeUrl({ redirect_uri: redirect }))
    await press('Deny')
    expect(await page.getByRole('alert').textContent()).toBe('The resource owner denied the request.')
  })
})
