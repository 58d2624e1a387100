/**
 * A time as Slurm's commands print it, in Unix milliseconds. They are asked for with `SLURM_TIME_FORMAT=%s` and `TZ=UTC` (squeue(1),
 * ENVIRONMENT VARIABLES): seconds since 1970, or where that is not known a date without zone.
 * @returns undefined for N/A, NONE, Unknown and what cannot be read
 */
export function readTime(text: string): number | undefined {
  if (/^\d{9,}$/.test(text)) return Number(text) * 1000
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined
  return Date.parse(`${text}Z`)
}

/** Of every command whose times are read. */
export const timeVariables = ['TZ=UTC', 'SLURM_TIME_FORMAT=%s', 'LC_ALL=C'] as const

/** A length of time as sbatch reads it: `1-02:30:00` is a day, two hours and a half (sbatch(1), --time). */
export function writeLength(seconds: number): string {
  const two = (count: number): string => String(count).padStart(2, '0')
  const days = Math.floor(seconds / 86_400)
  const clock = [Math.floor((seconds % 86_400) / 3600), Math.floor((seconds % 3600) / 60), Math.ceil(seconds % 60)].map(two).join(':')
  return days === 0 ? clock : `${days}-${clock}`
}
