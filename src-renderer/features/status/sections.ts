/** The views of the page, in order; `id` is in the address. */
export const views = [
  { id: 'clusters', title: 'Clusters' },
  { id: 'models', title: 'Models' },
  { id: 'jobs', title: 'Jobs' },
] as const satisfies readonly { readonly id: string; readonly title: string }[]

export type ViewId = (typeof views)[number]['id']

export function statusPath(view: ViewId): string {
  return `/status/${view}`
}
