import { z } from 'zod'

/** A job as `qstat -f` describes it: names such as `Resource_List.walltime` to their text. */
export interface PbsJob {
  readonly id: string
  readonly attributes: ReadonlyMap<string, string>
}

const value = z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown())])
const answer = z.object({ Jobs: z.record(z.string(), z.record(z.string(), z.unknown())).default({}) })

/**
 * `qstat -f -F json` of PBS Pro and OpenPBS (qstat(1B)).
 * @returns undefined for what is no JSON: some versions do not escape what is in a job's variables
 */
export function readQstatJson(text: string): readonly PbsJob[] | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  const { success, data } = answer.safeParse(parsed)
  if (!success) return undefined
  return Object.entries(data.Jobs).map(([id, attributes]) => ({ id, attributes: new Map(Object.entries(attributes).flatMap(([name, each]) => flat(name, each))) }))
}

/** `{ "estimated": { "start_time": … } }` is `estimated.start_time`, as in the text. */
function flat(name: string, each: unknown): readonly (readonly [string, string])[] {
  const { success, data } = value.safeParse(each)
  if (!success) return []
  if (typeof data === 'object') return Object.entries(data).flatMap(([inner, under]) => flat(`${name}.${inner}`, under))
  return [[name, String(data)]]
}

/**
 * `qstat -f` in text, of PBS Pro, OpenPBS, Torque and Slurm's own: a line with the id, and below it one attribute a line. PBS indents these by
 * spaces and goes on in a line that begins with a tab; Slurm's indents them by a tab and has no such lines.
 */
export function readQstatText(text: string): readonly PbsJob[] {
  const jobs: { id: string; attributes: Map<string, string> }[] = []
  let isTabbed = false
  let name: string | undefined
  for (const line of text.split('\n')) {
    const [, gap = '', id] = /^Job Id:(\s*)(\S+)/.exec(line) ?? []
    const job = jobs.at(-1)
    if (id !== undefined) {
      jobs.push({ id, attributes: new Map() })
      isTabbed = gap.includes('\t')
      name = undefined
    } else if (job !== undefined) {
      const [, found, said = ''] = (isTabbed ? /^\t([\w.-]+) = (.*)$/ : /^ +([\w.-]+) = (.*)$/).exec(line) ?? []
      if (found !== undefined) job.attributes.set((name = found), said)
      else if (name !== undefined && line.startsWith('\t')) job.attributes.set(name, (job.attributes.get(name) ?? '') + line.slice(1))
    }
  }
  return jobs
}
