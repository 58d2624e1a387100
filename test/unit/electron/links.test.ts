import { describe, expect, it } from 'vitest'
import { isOutsideLink, isWindowUrl } from '@main/electron/links'

describe('links', () => {
  it.each(['https://example.org/a?b', 'http://127.0.0.1:3477/', 'mailto:someone@example.org'])('%s opens in the system browser', (link) => {
    expect(isOutsideLink(link)).toBe(true)
  })

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'smb://host/share', 'ms-settings:privacy', 'app://first-desktop/', 'not a link', ''])('%s is not handed to the system', (link) => {
    expect(isOutsideLink(link)).toBe(false)
  })

  it.each([
    ['app://first-desktop/', true],
    ['app://first-desktop/#/chat', true],
    ['app://first-desktop.evil/', false],
    ['app://other/', false],
    ['https://first-desktop/', false],
    ['about:blank', false],
  ])('%s is a page of ours: %s', (url, isOurs) => {
    expect(isWindowUrl(url)).toBe(isOurs)
  })
})
