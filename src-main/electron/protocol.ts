import { readFile } from 'node:fs/promises'
import { net, protocol, type Protocol } from 'electron'
import { desktopOrigin, desktopScheme } from '@shared/rpc/desktop'
import { securityHeaders } from '@shared/security'
import { fileOf, mimeTypeOf } from './window-files'

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: desktopScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ])
}

/** What the page may call before the core has said where its gateway is: it starts beside the window. */
export const loopbackGateway = 'http://127.0.0.1:*'

export interface ServedWindow {
  /** The built window, `out/renderer`. */
  readonly rendererDir: string
  /** Vite's server while developing: its files stand in for the built ones. */
  readonly devServer: string | undefined
  /** Sources that the page may call, at the time it is served. */
  readonly connect: () => readonly string[]
  /** Pages of the shell's own, by path. */
  readonly pages: ReadonlyMap<string, () => string>
}

/** Serves `app://first-desktop/`: the window's files, read-only, each with the policy that locks the page down. */
export function serveWindow(target: Protocol, { rendererDir, devServer, connect, pages }: ServedWindow): void {
  const headers = (): Readonly<Record<string, string>> => securityHeaders({ connect: connect() })

  function reply(body: string | Uint8Array<ArrayBuffer>, type: string): Response {
    return new Response(body, { headers: { ...headers(), 'content-type': type } })
  }

  function refuse(status: number): Response {
    return new Response(null, { status, headers: headers() })
  }

  async function fromDisk(file: string): Promise<Response> {
    try {
      return reply(new Uint8Array(await readFile(file)), mimeTypeOf(file))
    } catch {
      return refuse(404)
    }
  }

  target.handle(desktopScheme, async (request) => {
    const url = new URL(request.url)
    if (`${url.protocol}//${url.host}` !== desktopOrigin) return refuse(404)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    const page = pages.get(url.pathname)
    if (page !== undefined) return reply(page(), 'text/html; charset=utf-8')
    // Vite's own scripts are inline and call its socket, so the policy holds for built windows only.
    if (devServer !== undefined) return net.fetch(new URL(url.pathname + url.search, devServer).href, { bypassCustomProtocolHandlers: true })
    const file = fileOf(rendererDir, url.pathname)
    return file === undefined ? refuse(404) : fromDisk(file)
  })
}
