import { expect, siteModels, test } from '../site-lab'

test('when the core is gone the page keeps what it knew, says so, and asks for nothing', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  await page.evaluate(() => void (location.hash = '#/status/models'))
  const row = page.getByRole('row').filter({ hasText: siteModels[1] })
  await expect(row).toContainText('Starting')
  for (const pid of app.corePids()) process.kill(pid, 'SIGKILL')
  await expect(page.getByRole('main').getByRole('status')).toContainText('FIRST Desktop does not answer this window')
  await expect(row).toContainText('Starting')
  await expect(page.getByRole('button', { name: 'Refresh all' })).toBeDisabled()
  await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Jobs' }).click()
  await expect(page.getByRole('grid', { name: 'Jobs' }).getByRole('row')).toHaveCount(6)
})
