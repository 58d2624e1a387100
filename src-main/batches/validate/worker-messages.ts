import { z } from 'zod'
import { batchReport, batchRules, validationProgress } from '@shared/domain/batch-report'
import { sentError } from '../../records/worker-messages'

/** What the thread is given, and what it says: progress, then one of the other two, then it ends. */
export const checkTask = z.object({ path: z.string(), rules: batchRules, index: z.object({ path: z.string(), part: z.string() }).optional() })
export const workerNews = z.union([z.object({ progress: validationProgress }), z.object({ report: batchReport }), z.object({ error: sentError })])
export type WorkerNews = z.infer<typeof workerNews>
