import { desktopOrigin } from '@shared/rpc/desktop'

const outsideProtocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])

/** Whether a link may be handed to the system's browser or mail program. */
export function isOutsideLink(link: string): boolean {
  return URL.canParse(link) && outsideProtocols.has(new URL(link).protocol)
}

/** Whether a URL is a page of ours. */
export function isWindowUrl(url: string): boolean {
  return url === desktopOrigin || url.startsWith(`${desktopOrigin}/`)
}
