const units: readonly (readonly [limitS: number, sizeS: number, name: string])[] = [
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [7 * 86_400, 86_400, 'd'],
]

/** How long before `nowMs`: `just now`, `5 min ago`, `3 h ago`, `2 d ago`, and beyond a week the date. */
export function age(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000))
  if (seconds < 45) return 'just now'
  const unit = units.find(([limitS]) => seconds < limitS)
  if (unit === undefined) return day(atMs)
  return `${Math.max(1, Math.round(seconds / unit[1]))} ${unit[2]} ago`
}

/** A day in the person's own writing: `3 Mar 2026`. */
export function day(atMs: number): string {
  return new Date(atMs).toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' })
}

const prefixes = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** A size in decimal units, three figures at most: `485 kB`, `4.37 GB`. */
export function bytes(size: number): string {
  let value = size
  let step = 0
  while (value >= 999.5 && step < prefixes.length - 1) {
    value /= 1000
    step += 1
  }
  const digits = step === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toFixed(digits)} ${prefixes[step] ?? 'B'}`
}

/** A count of tokens for a narrow place: `512`, `8k`, `131k`, `1.05M`. */
export function tokens(count: number): string {
  if (count < 1000) return String(count)
  if (count < 999_500) return `${(count / 1000).toFixed(count < 9950 && count % 1000 !== 0 ? 1 : 0)}k`
  return `${(count / 1_000_000).toFixed(2)}M`
}

/** A duration: `340 ms`, `2.4 s`, `1 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A length of time in its largest unit: `1 min`, `40 min`, `5 h`, `12 d`. */
export function roughly(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  if (minutes < 100) return `${minutes} min`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`
}

/** A whole number with separators of the person's own locale. */
export function count(value: number): string {
  return value.toLocaleString()
}

/** A count with its noun: `1 model`, `12,000 messages`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}
