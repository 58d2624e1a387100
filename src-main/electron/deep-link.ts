/** Registered by the installer of the packaged app (electron-builder.yml, `protocols`). */
export const linkScheme = 'first-desktop'

const pages: ReadonlySet<string> = new Set(['chat', 'batches', 'status', 'gateway', 'accounts', 'settings'])

/** The link of this app among the arguments of a start: the system puts it there when one is followed in another program. */
export function linkIn(args: readonly string[]): string | undefined {
  return args.find((arg) => arg.startsWith(`${linkScheme}:`))
}

/** The page, `/accounts`, that `first-desktop://accounts` leads to. Any web page may have such links, so that they do nothing but that. */
export function pageOfLink(link: string | undefined): string | undefined {
  if (link === undefined || !URL.canParse(link)) return undefined
  const { protocol, host } = new URL(link)
  return protocol === `${linkScheme}:` && pages.has(host) ? `/${host}` : undefined
}
