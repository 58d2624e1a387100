export const ranges = [
  { value: 'day', label: '24 h', lengthMs: 86_400_000, words: 'Last 24 hours' },
  { value: 'month', label: '30 d', lengthMs: 30 * 86_400_000, words: 'Last 30 days' },
] as const
export type Range = (typeof ranges)[number]['value']

export function rangeOf(value: Range): (typeof ranges)[number] {
  return ranges.find((range) => range.value === value) ?? ranges[0]
}
