import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { BatchUsage } from '@shared/domain/batch'
import { usageOfLine } from '../service/site-line'

/** What each answer in a file of results has used, from an offset on, which is where a line begins; undefined where it does not say. */
export async function* usageBeyond(path: string, fromBytes: number): AsyncGenerator<BatchUsage | undefined, void, undefined> {
  for await (const line of createInterface({ input: createReadStream(path, { start: fromBytes }), crlfDelay: Infinity })) yield usageOfLine(line)
}
