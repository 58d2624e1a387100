import { z } from 'zod'

/** A site says "N/A" where it does not know, and writes numbers as text. */
const said = z.union([z.string(), z.number()]).nullish().transform((value) => (value === undefined || value === null || value === '' || value === 'N/A' ? undefined : String(value)))

/** A job entry (wire/first.md): three keys always, the rest where the site's scheduler says so, and any other key. */
export const jobEntry = z.looseObject({
  /** Ids joined by commas. */
  Models: z.string(),
  Framework: z.string(),
  Cluster: z.string(),
  'Model Status': said,
  'Job ID': said,
  'Job State': said,
  'Host Name': said,
  'Job Comments': said,
  'Nodes Reserved': said,
  Walltime: said,
  'Estimated Start Time': said,
  'Batch ID': said,
  Username: said,
})
export type JobEntry = z.infer<typeof jobEntry>

/** One entry that cannot be read does not hide the others. */
const entries = z.array(z.unknown()).default([]).transform((list) => list.flatMap((entry) => jobEntry.safeParse(entry).data ?? []))

export const jobLists = ['running', 'queued', 'stopped', 'others', 'private_batch_running', 'private_batch_queued'] as const
export type JobList = (typeof jobLists)[number]

/** The answer of `GET /{cluster}/jobs`; older sites write `private-batch-running` and `private-batch-queued`. */
export const jobsAnswer = z.preprocess(
  (body) => (isRecord(body) ? Object.fromEntries(Object.entries(body).map(([key, value]) => [key.replaceAll('-', '_'), value])) : body),
  z.looseObject({
    running: entries,
    queued: entries,
    stopped: entries,
    others: entries,
    private_batch_running: entries,
    private_batch_queued: entries,
    cluster_status: z.record(z.string(), z.unknown()).default({}),
  }),
)
export type JobsAnswer = z.infer<typeof jobsAnswer>

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The ids of an entry. */
export const modelsOfEntry = ({ Models }: JobEntry): string[] =>
  Models.split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '' && id !== 'N/A')

/** Nodes that no job holds; a site that cannot count them says -1. */
export function freeNodes({ cluster_status: { free_nodes: free } }: JobsAnswer): number | undefined {
  const parsed = z.coerce.number().int().nonnegative().safeParse(free)
  return free === undefined || free === null || free === '' ? undefined : parsed.data
}
