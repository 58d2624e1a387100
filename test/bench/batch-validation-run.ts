import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createFileValidator } from '@main/batches/validate/validate-file'
import type { BatchRules } from '@shared/domain/batch-report'
import { residentBytes } from './resident'

/** The largest that this process has been since it was told to forget (proc(5), `VmHWM`, `clear_refs`). */
function peakBytes(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/** What anybody would write first. */
async function bareLoop(path: string): Promise<number> {
  let parsed = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    JSON.parse(line)
    parsed++
  }
  return parsed
}

const [, , kind, path = '', worker, rules] = process.argv
const validate = createFileValidator({ worker })
const work: () => Promise<number> = kind === 'bare' ? () => bareLoop(path) : async () => (await validate({ path, indexPath: `${path}.idx`, options: JSON.parse(rules ?? '{}') as Partial<BatchRules> })).requests

globalThis.gc?.()
writeFileSync('/proc/self/clear_refs', '5')
const before = residentBytes(process.pid)
// The longest that nothing else could happen in this thread.
let longestMs = 0
let lastMs = performance.now()
const watch = setInterval(() => {
  longestMs = Math.max(longestMs, performance.now() - lastMs)
  lastMs = performance.now()
}, 1)
const startMs = performance.now()
const requests = await work()
const tookMs = performance.now() - startMs
clearInterval(watch)
console.log(JSON.stringify({ requests, tookMs, grownBytes: peakBytes() - before, longestMs }))
