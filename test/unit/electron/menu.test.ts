import { describe, expect, it } from 'vitest'
import { menuTemplate } from '@main/electron/menu'

const actions = { showDataDir: () => undefined, showLogs: () => undefined }
const labels = (platform: NodeJS.Platform): unknown[] => menuTemplate({ platform, appName: 'FIRST Desktop', hasDevTools: false }, actions).map(({ label, role }) => label ?? role)

describe('the menus', () => {
  it('follow the platform', () => {
    expect(labels('darwin')).toEqual(['FIRST Desktop', '&File', 'editMenu', '&View', 'windowMenu'])
    expect(labels('linux')).toEqual(['&File', 'editMenu', '&View', 'windowMenu', 'help'])
  })

  it('offer the developer tools only where the window has them', () => {
    const text = (hasDevTools: boolean): string => JSON.stringify(menuTemplate({ platform: 'linux', appName: 'FIRST Desktop', hasDevTools }, actions))
    expect(text(true)).toContain('toggleDevTools')
    expect(text(false)).not.toContain('toggleDevTools')
  })
})
