/** The sections of the settings, in order; `id` is in the address. */
export const sections = [
  { id: 'general', title: 'General' },
  { id: 'servers', title: 'Servers and models' },
  { id: 'data', title: 'Data' },
  { id: 'about', title: 'About' },
] as const

export type SectionId = (typeof sections)[number]['id']

/** The address of a section, and of a part of it to bring into view. */
export function settingsPath(section: SectionId, part?: string): string {
  return part === undefined ? `/settings/${section}` : `/settings/${section}/${part}`
}
