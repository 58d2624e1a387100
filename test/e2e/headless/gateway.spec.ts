import { expect, test } from '../app'
import { chatOf } from '../chat'

test('while the server is away the page shows what it knew last, and says how old that is', async ({ apps }) => {
  const app = await apps.start()
  const { page } = app
  await chatOf(page).lookAround()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Gateway' }).click()
  const sections = page.getByRole('navigation', { name: 'Gateway' })
  await expect(page.getByRole('group', { name: 'Now' }).getByText('0', { exact: true }).first()).toBeVisible()
  await sections.getByRole('link', { name: 'Keys' }).click()
  await page.getByRole('button', { name: 'Create a key' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('colleague')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await page.getByRole('button', { name: 'Done' }).click()

  const [server] = app.corePids()
  process.kill(server!, 'SIGKILL')
  await expect(page.getByText('As of just now.')).toBeVisible()
  await expect(page.getByText('colleague', { exact: true })).toBeVisible()
  await sections.getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByText('As of just now')).toBeVisible()
  await expect(page.getByRole('switch', { name: 'Serve others' })).toBeDisabled()
  await sections.getByRole('link', { name: 'Requests' }).click()
  await expect(page.getByText('No request yet').or(page.getByText('Reading the requests…'))).toBeVisible()
})
