/** The value below which `share` (0 to 1) of the numbers lie; NaN for none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5)

/** A figure with its unit, and the aim it is held against; `holds` is absent where there is no aim. */
export interface Row {
  readonly what: string
  readonly value: string
  readonly reference?: string
  readonly ratio?: string
  readonly aim?: string
  readonly holds?: boolean
}

export function formatRows(title: string, rows: readonly Row[]): string {
  const table = [
    ['', 'here', 'reference', 'ratio', 'aim', ''],
    ...rows.map((row) => [row.what, row.value, row.reference ?? '', row.ratio ?? '', row.aim ?? '', row.holds === undefined ? '' : row.holds ? 'met' : 'missed']),
  ]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? []
  const lines = table.map((cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
  return [`\n${title}`, ...lines].join('\n')
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 3 : 0)} ms`

export const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`
