/** A row of RFC 4180, with its line end. A cell that a spreadsheet would take for a formula is led by an apostrophe: what models say is not to be run. */
export const csvRow = (cells: readonly (string | number | undefined)[]): string => `${cells.map(cell).join(',')}\r\n`

function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = isFormula(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const isFormula = (text: string): boolean => /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)
