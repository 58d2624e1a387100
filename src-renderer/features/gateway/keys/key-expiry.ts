const dayMs = 86_400_000

/** How long a new key may hold; `''` is without an end. */
export const lifetimes = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'No end' },
] as const

export const usualLifetime = '90'

/** When a key that is made at `nowMs` ends; undefined for one without an end. */
export function endOf(lifetime: string, nowMs: number): number | undefined {
  return lifetime === '' ? undefined : nowMs + Number(lifetime) * dayMs
}
