import { createHash } from 'node:crypto'
import { findingKinds, type BatchFinding, type BatchReport, type BatchRules, type ValidationProgress } from '@shared/domain/batch-report'
import { createEarlierLines, type ReadAt } from './earlier-lines'
import { kindBytes, unsupportedFile } from './file-kind'
import { createFindingLog } from './finding-log'
import type { LineIndexWriter } from './line-index'
import { createLineValidator, type CheckedLine } from './line-validator'
import { parseLine } from './parse-line'
import { readRequestLine } from './request-line'
import { createSeenIds } from './seen-ids'
import { createLineSplitter, type Line, type TextForm } from './split-lines'
import { createTally } from './tally'

export interface BatchSource {
  readonly sizeBytes: number
  /** In order, from the start; a chunk is done with when the next is asked for. */
  readonly chunks: AsyncIterable<Buffer>
  readonly readAt: ReadAt
}

export interface CheckDeps {
  readonly source: BatchSource
  readonly rules: BatchRules
  /** Any 32 bits. */
  readonly seed: number
  readonly index?: LineIndexWriter
  readonly onProgress?: (progress: ValidationProgress) => void
  /** How many ids are held to find duplicates among. */
  readonly maxIds?: number
}

/** Lines past this are refused unread, whatever the limits of bodies. */
const longestLineBytes = 64 * 2 ** 20

/** Reads a batch file once, from its first byte to its last, and says what is in it and what is wrong with it. */
export async function checkBatch({ source, rules, seed, index, onProgress, maxIds }: CheckDeps): Promise<BatchReport> {
  const log = createFindingLog({ maxErrors: rules.maxFindings })
  const tally = createTally()
  const head = Buffer.alloc(kindBytes)
  const unsupported = unsupportedFile(head.subarray(0, source.readAt(head, 0)))
  if (unsupported !== undefined) {
    log.add(unsupported)
    return { bytes: source.sizeBytes, lines: 0, blankLines: 0, ...tally.report(), text: describeText(emptyForm), ...log.report() }
  }
  const earlier = createEarlierLines(source.readAt)
  const seen = createSeenIds({ seed, ...(maxIds !== undefined && { maxIds }) })
  const idOf = (line: number): string | undefined => customIdOf(earlier.read(line), line)
  const validator = createLineValidator({ rules, earlierLineOf: (customId, line) => seen.earlierLineOf(customId, line, idOf) })
  const maxLineBytes = Math.min(longestLineBytes, Math.max(rules.bodyLimitBytes, rules.imageBodyLimitBytes))
  let lines = 0

  const onLine = ({ number, offset, sizeBytes, bytes }: Line): void => {
    lines = number
    earlier.began(number, offset)
    if (bytes !== undefined && isBlank(bytes)) return
    const checked = bytes === undefined ? refuseLong(number, sizeBytes, maxLineBytes) : validator.check(bytes, number)
    tally.add(checked)
    for (const finding of checked.findings) log.add(finding)
    if (tally.requests === rules.maxRequests + 1) log.add(tooMany(number, rules.maxRequests))
    index?.add({ offset, sizeBytes, line: number, hasError: checked.hasError })
  }

  const splitter = createLineSplitter({ maxLineBytes, onLine })
  const hash = createHash('sha256')
  let bytes = 0
  const progress = (): void => onProgress?.({ bytes, totalBytes: Math.max(bytes, source.sizeBytes), requests: tally.requests, errors: log.errors })
  for await (const chunk of source.chunks) {
    hash.update(chunk)
    splitter.push(chunk)
    bytes += chunk.length
    await index?.flush()
    progress()
  }
  const form = splitter.end()
  if (tally.requests === 0) log.add({ line: null, code: 'empty_file', message: bytes === 0 ? 'The file is empty.' : 'The file has blank lines only.', fix: findingKinds.empty_file.fix })
  progress()
  await index?.finish(bytes)
  return {
    bytes,
    sha256: hash.digest('hex'),
    lines,
    blankLines: lines - tally.requests,
    ...tally.report(),
    text: describeText(form),
    ...log.report(),
    ...(seen.fullAt !== undefined && { duplicatesCheckedUpTo: seen.fullAt }),
  }
}

const emptyForm: TextForm = { hasByteOrderMark: false, newlines: 0, crlfs: 0, endsWithNewline: true }

function describeText({ hasByteOrderMark, newlines, crlfs, endsWithNewline }: TextForm): BatchReport['text'] {
  const lineEnds = newlines === 0 ? 'none' : crlfs === 0 ? 'lf' : crlfs === newlines ? 'crlf' : 'mixed'
  return { hasByteOrderMark, lineEnds, endsWithNewline }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false
  return true
}

/** The id of a line that was read before and had one. */
function customIdOf(bytes: Buffer, line: number): string | undefined {
  const parsed = parseLine(bytes)
  return 'json' in parsed ? readRequestLine(parsed.json, line).customId : undefined
}

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`

function refuseLong(line: number, sizeBytes: number, maxLineBytes: number): CheckedLine {
  const message = `The line has ${inMegabytes(sizeBytes)}; at most ${inMegabytes(maxLineBytes)} are read.`
  return { findings: [{ line, code: 'invalid_request', message, fix: 'Send less in one request, and end each with a newline.' }], hasError: true, isBare: false }
}

function tooMany(line: number, maxRequests: number): BatchFinding {
  return { line, code: 'too_many_tasks', message: `The file has more than ${maxRequests.toLocaleString('en-US')} requests; this is the first beyond them.`, fix: findingKinds.too_many_tasks.fix }
}
