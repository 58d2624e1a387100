import { expect, quick, test } from '../replicas-lab'

test('when the core is gone, what ran last stays in sight with its age, and an admin is told that nothing can be done now', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  await page.evaluate(() => void (location.hash = '#/status/models'))
  await page.getByRole('row').filter({ hasText: quick }).click()
  const details = page.getByRole('complementary', { name: 'Model' })
  const replica = details.getByRole('list', { name: 'Replicas' }).getByRole('listitem')
  await details.getByRole('button', { name: 'Start' }).click()
  await expect(replica).toContainText('Live')
  const [core, ...engines] = app.corePids()
  for (const pid of [core!, ...engines]) process.kill(pid, 'SIGKILL')
  await expect(page.getByRole('main')).toContainText('This is what was known')
  await expect(replica).toContainText('Live')
  await expect(details.getByRole('button', { name: 'Stop…' })).toBeDisabled()
  await expect(details.getByRole('button', { name: /^End fd-/ })).toBeDisabled()
  await expect(details).toContainText('FIRST Desktop does not answer this window: nothing can be started or stopped.')
  await details.getByRole('button', { name: /^Log of/ }).click()
  const log = page.getByRole('dialog')
  await expect(log.getByRole('status').last()).toContainText(/Reading its log|could not be read/)
})
