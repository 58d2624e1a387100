import { linkIn, pageOfLink } from '@main/electron/deep-link'
import { expect, test } from 'vitest'

test('a link of the app leads to one of its pages', () => {
  expect(pageOfLink('first-desktop://accounts')).toBe('/accounts')
  expect(pageOfLink('first-desktop://batches/')).toBe('/batches')
})

test.each(['first-desktop://nowhere', 'first-desktop:', 'https://accounts', 'first-desktop://accounts@evil.example', 'javascript:alert(1)', 'first-desktop:///accounts', ''])('%s leads nowhere', (link) => {
  expect(pageOfLink(link)).toBeUndefined()
})

test('it is found among the arguments of a start', () => {
  expect(linkIn(['/opt/first-desktop', '--port', '1', 'first-desktop://status'])).toBe('first-desktop://status')
  expect(linkIn(['/opt/first-desktop', '--data-dir', '/tmp/first-desktop:x'])).toBeUndefined()
})
