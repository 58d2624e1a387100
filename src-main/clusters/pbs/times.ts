const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * `Thu Aug  3 15:04:05 2023`, as ctime(3) writes it, asked for with `TZ=UTC`, or seconds since 1970; in Unix milliseconds.
 * @returns undefined for what is neither
 */
export function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{9,}$/.test(text)) return Number(text) * 1000
  const [, month, day, hour, minute, second, year] = /^\w{3} (\w{3}) +(\d+) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(text.trim()) ?? []
  const index = months.indexOf(month ?? '')
  return index < 0 ? undefined : Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second))
}

/** `01:30:00`, or seconds; undefined for no limit, which some write as a length beyond reason. */
export function readLength(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+(?::\d+){0,3}$/.test(text)) return undefined
  const weights = [1, 60, 3600, 86_400]
  const seconds = text.split(':').reverse().reduce((sum, part, index) => sum + Number(part) * (weights[index] ?? 0), 0)
  return seconds > 10 * 366 * 86_400 ? undefined : seconds
}

/** `24:00:00`; hours may be more than a day's (pbs_resources(7B), "duration"). */
export function writeLength(seconds: number): string {
  const two = (count: number): string => String(count).padStart(2, '0')
  return [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), Math.ceil(seconds % 60)].map(two).join(':')
}
