/** The parts of the page, in order; `id` is in the address. `isWide` ones use the whole width and scroll by themselves. */
export const sections = [
  { id: 'overview', title: 'Overview' },
  { id: 'keys', title: 'Keys' },
  { id: 'connect', title: 'Connect' },
  { id: 'requests', title: 'Requests', isWide: true },
  { id: 'usage', title: 'Usage', isWide: true },
  { id: 'servers', title: 'Servers' },
] as const satisfies readonly { readonly id: string; readonly title: string; readonly isWide?: boolean }[]

export type SectionId = (typeof sections)[number]['id']

/** The address of a part, and of what is open in it. */
export function gatewayPath(section: SectionId, part?: string): string {
  return part === undefined ? `/gateway/${section}` : `/gateway/${section}/${part}`
}
