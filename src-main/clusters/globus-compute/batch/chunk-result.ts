import { z } from 'zod'
import { FirstError } from '@shared/errors'

const line = z.looseObject({ custom_id: z.string(), body: z.record(z.string(), z.unknown()) })
export type OrderLine = z.infer<typeof line>

/** A line of an order, which we have written ourselves. */
export const readOrderLine = (text: string): OrderLine => line.parse(JSON.parse(text))

const resultLine = z.looseObject({ custom_id: z.string(), response: z.looseObject({ status_code: z.number().int() }).nullish() })
const chunkAnswer = z.looseObject({ results: z.array(resultLine), problem: z.string().nullish() })
type ChunkAnswer = z.infer<typeof chunkAnswer>

/** What the function returned. @throws FirstError `upstream_garbled` */
export function readChunkAnswer(value: unknown): ChunkAnswer {
  const read = chunkAnswer.safeParse(value)
  if (read.success) return read.data
  throw new FirstError('upstream_garbled', 'The function that does a batch on the cluster returned something else than results.', { cause: read.error })
}

export const readResultLine = (text: string): z.infer<typeof resultLine> => resultLine.parse(JSON.parse(text))

export const hasWorked = ({ response }: z.infer<typeof resultLine>): boolean => response?.status_code === 200
