import { extname, join, sep } from 'node:path'

const mimeTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

export function mimeTypeOf(file: string): string {
  return mimeTypes[extname(file)] ?? 'application/octet-stream'
}

/**
 * The file below `root` that a URL's path names; the page itself for `/` and for the routes inside the page.
 * @param pathname as `URL` gives it, percent-encoded
 * @returns undefined when the path is malformed or would leave `root`
 */
export function fileOf(root: string, pathname: string): string | undefined {
  const path = decode(pathname)
  if (path === undefined || path.includes('\0') || path.includes('\\') || path.split('/').includes('..')) return undefined
  const file = join(root, extname(path) === '' ? 'index.html' : path)
  return file.startsWith(root.endsWith(sep) ? root : root + sep) ? file : undefined
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch (cause) {
    if (cause instanceof URIError) return undefined
    throw cause
  }
}
