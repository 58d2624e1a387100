import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileOf, mimeTypeOf } from '@main/electron/window-files'

const root = resolve('/app/out/renderer')
const pathnameOf = (url: string): string => new URL(url).pathname

describe('the files of the window', () => {
  it('are found by their path', () => {
    expect(fileOf(root, '/assets/index-1a2b.js')).toBe(join(root, 'assets/index-1a2b.js'))
    expect(fileOf(root, '/assets/a%20b.css')).toBe(join(root, 'assets/a b.css'))
  })

  it('answer a route of the page with the page', () => {
    expect(fileOf(root, '/')).toBe(join(root, 'index.html'))
    expect(fileOf(root, '/settings')).toBe(join(root, 'index.html'))
  })

  it.each(['/../main/electron.js', '/%2e%2e/main/electron.js', '/..%2fmain/electron.js', '/assets/..%2f..%2fsecret.js', '/..%5cmain%5celectron.js', '/a%00.js', '/%E0%A4%A.js'])(
    'do not reach outside the folder by %s',
    (path) => {
      expect(fileOf(root, path)).toBeUndefined()
    },
  )

  it('stay inside when the URL itself folds the dots', () => {
    expect(fileOf(root, pathnameOf('app://first-desktop/%2e%2e/%2e%2e/package.json'))).toBe(join(root, 'package.json'))
  })

  it('have a type that a browser runs or draws', () => {
    expect(['a.js', 'a.css', 'a.woff2', 'a.svg', 'a.html', 'a.unknown'].map(mimeTypeOf)).toEqual([
      'text/javascript; charset=utf-8',
      'text/css; charset=utf-8',
      'font/woff2',
      'image/svg+xml',
      'text/html; charset=utf-8',
      'application/octet-stream',
    ])
  })
})
