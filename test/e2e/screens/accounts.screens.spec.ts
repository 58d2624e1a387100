import { join, resolve } from 'node:path'
import { seriousFindings } from '../axe'
import { chatOf } from '../chat'
import { ids } from '../../doubles/globus/usual-world'
import { accountsOf, ada, expect, grace, linus, siteModel, test } from '../globus-lab'

const folder = resolve('test-results/screens')
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
]

for (const theme of ['light', 'dark'] as const)
  test(`accounts, ${theme}`, async ({ lab }) => {
    const app = await lab.start()
    const { page, electron } = app
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const accounts = accountsOf(app, lab.browser)
    const shoot = async (name: string): Promise<void> => {
      for (const size of sizes) {
        if (electron === undefined) await page.setViewportSize(size)
        else await electron.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height), size)
        await page.waitForFunction(({ width }) => innerWidth === width, size)
        await page.screenshot({ path: join(folder, `accounts-${name}-${size.width}-${theme}.png`) })
      }
      expect(await seriousFindings(page)).toEqual([])
    }
    await accounts.open()
    await page.getByText('You are not signed in.').first().waitFor()
    await shoot('none')
    await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
    await shoot('asked')
    await accounts.begin.click()
    await accounts.dialog.getByText(/Globus|browser/).last().waitFor()
    await shoot('waiting')
    const paste = accounts.dialog.getByRole('button', { name: 'Paste a code instead' })
    if (electron !== undefined) {
      await paste.click()
      await accounts.dialog.getByRole('textbox', { name: 'Code' }).fill('no code')
      await accounts.dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
      await accounts.dialog.getByRole('alert').waitFor()
      await shoot('paste')
      await accounts.dialog.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Sign in to ALCF' }).click()
      await accounts.begin.click()
    }
    await accounts.passGlobus()
    await accounts.account.waitFor()
    await shoot('signed-in')
    await accounts.account.getByRole('button', { name: 'Actions for ada@anl.gov' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    await page.getByRole('dialog').waitFor()
    await shoot('details')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Look for tokens' }).click()
    await page.getByText('None were found').waitFor()
    await page.getByRole('link', { name: 'Chat' }).click()
    await chatOf(page).chooseModel(siteModel)
    lab.globus.clock.advance({ hours: 1 })
    lab.alcf.setPolicy(1_800)
    await chatOf(page).ask('What is the mass of the muon?')
    await page.getByRole('group', { name: 'The answer failed' }).waitFor()
    await shoot('refused-answer')
    await page.getByRole('link', { name: 'Status' }).click()
    await page.getByRole('heading', { name: 'Status', level: 1 }).waitFor()
    await shoot('banner')
    await accounts.open()
    await shoot('policy')
    await accounts.account.getByRole('button', { name: 'Actions for ada@anl.gov' }).click()
    await page.getByRole('menuitem', { name: 'Sign out…' }).click()
    await shoot('sign-out')
    await page.keyboard.press('Escape')
    await accounts.signIn('The lab', ada)
    await accounts.accountAt(ada.username, 'The lab').getByRole('button', { name: 'Sign in to The lab' }).click()
    await accounts.passGlobus(grace)
    await accounts.accountAt(grace.username, 'The lab').getByText('In use').waitFor()
    await shoot('several')
    const { access_token: token } = lab.globus.signIn({ username: linus.username, client: ids.nativeClient, scope: ids.gatewayScope })
    await fetch(`${await app.gatewayUrl()}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
    await page.evaluate(() => void (location.hash = '#/gateway/keys'))
    await page.getByRole('list', { name: 'Refused lately' }).scrollIntoViewIfNeeded()
    await shoot('gateway-keys')
  })
