import { expect, test } from '../app'
import { seriousFindings } from '../axe'
import { chatOf } from '../chat'

test('a page whose code cannot be had says so, the others go on, and it is there once its code is', async ({ apps }) => {
  const { page } = await apps.start()
  await chatOf(page).lookAround()
  const code = /batches-page.*\.js$/
  await page.route(code, (route) => route.abort())
  await page.reload()
  const nav = page.getByRole('navigation', { name: 'Main' })
  await nav.getByRole('link', { name: 'Batches' }).click()
  await expect(page.getByText('This page cannot be shown')).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])

  await nav.getByRole('link', { name: 'Status' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Status' })).toBeVisible()

  await nav.getByRole('link', { name: 'Batches' }).click()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('This page cannot be shown')).toBeVisible()
  await page.unroute(code)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Batches' })).toBeVisible()
})
