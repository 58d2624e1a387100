import { batchEndpoint, type BatchEndpoint } from '@shared/domain/batch-report'
import { z } from 'zod'

const line = z.object({ url: batchEndpoint.optional().catch(undefined), body: z.object({ model: z.string().optional().catch(undefined) }).optional().catch(undefined), model: z.string().optional().catch(undefined) })

export interface FirstRequest {
  readonly endpoint: BatchEndpoint
  readonly model?: string | undefined
}

const enoughBytes = 256 * 1024

/** What the first request of a file asks for, read here while the core cannot; chat completions where it does not say. */
export async function readFirstRequest(file: Blob): Promise<FirstRequest> {
  const text = await file.slice(0, enoughBytes).text()
  const first = text.replace(/^\uFEFF/, '').split(/\r?\n/).find((each) => each.trim() !== '') ?? ''
  const parsed = line.safeParse(parseJson(first))
  return { endpoint: parsed.data?.url ?? '/v1/chat/completions', model: parsed.data?.body?.model ?? parsed.data?.model }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
