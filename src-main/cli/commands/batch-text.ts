import { isBatchOver, type Batch } from '@shared/domain/batch'
import type { BatchReport } from '@shared/domain/batch-report'
import { age } from '../snapshots'
import { table } from '../table'

const number = (value: number): string => Math.round(value).toLocaleString('en-US')
const of = (count: number, what: string): string => `${number(count)} ${what}${count === 1 ? '' : 's'}`

/** What is in a file, and what is wrong with it: a line each, with what to do below. */
export function reportText(file: string, { bytes, requests, bareRequests, endpoints, models, tokens, findings, findingCounts, errors }: BatchReport): string {
  const total = findingCounts.reduce((sum, { count }) => sum + count, 0)
  return [
    `${file}: ${of(requests, 'request')}, ${number(bytes)} bytes`,
    ...endpoints.map(({ endpoint, requests: count }) => `  ${endpoint}: ${number(count)}`),
    ...models.map(({ model, requests: count }) => `  ${model}: ${number(count)}`),
    ...(bareRequests > 0 ? [`  ${of(bareRequests, 'body')} without an envelope, named by line`.replace('bodys', 'bodies')] : []),
    ...(tokens.input > 0 ? [`  about ${of(tokens.input, 'token')} in, at most ${number(tokens.maxOutput)} out${tokens.unlimitedRequests > 0 ? `, and ${of(tokens.unlimitedRequests, 'request')} without a limit` : ''}`] : []),
    ...findings.map(({ line, code, message, fix }) => `${line === null ? 'file' : `line ${line}`}: ${code}: ${message} ${fix}`),
    ...(total > findings.length ? [`… and ${number(total - findings.length)} more`] : []),
    errors === 0 ? 'It can be run.' : `${of(errors, 'error')}: it cannot be run.`,
    '',
  ].join('\n')
}

const pausedOr = ({ isPaused, status }: Batch): string => (isPaused && !isBatchOver(status) ? 'paused' : status)

export function batchTable(batches: readonly Batch[], nowMs: number): string {
  return table(
    ['id', 'name', 'status', 'done', 'failed', 'model', 'age'],
    batches.map((batch) => [batch.id, batch.name, pausedOr(batch), `${batch.completed + batch.failed}/${batch.total}`, String(batch.failed), batch.models.join(',') || '-', age(batch.createdAtMs, nowMs)]),
  )
}

const at = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`)

/** A batch as lines of a name and a value; what is not known is left out. */
export function batchText(batch: Batch): string {
  const { usage, byCluster = {}, place, metadata = {} } = batch
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['id', batch.id],
    ['name', batch.name],
    ['owner', batch.owner],
    ['status', pausedOr(batch)],
    ['waits', batch.waits],
    ['note', batch.note],
    ['requests', `${number(batch.total)}: ${number(batch.completed)} answered, ${number(batch.failed)} failed`],
    ['endpoint', batch.endpoint],
    ['model', batch.models.join(', ') || undefined],
    ['place', place?.cluster],
    ['by cluster', Object.entries(byCluster).map(([name, count]) => `${name} ${number(count)}`).join(', ') || undefined],
    ['tokens', usage === undefined ? undefined : `${number(usage.inputTokens)} in, ${number(usage.outputTokens)} out`],
    ['rate', batch.requestsPerS === undefined ? undefined : rateText(batch)],
    ['created', at(batch.createdAtMs)],
    ['ended', at(batch.endedAtMs)],
    ['expires', isBatchOver(batch.status) ? undefined : at(batch.expiresAtMs)],
    ['input file', batch.inputFileId],
    ['output file', batch.outputFileId],
    ['error file', batch.errorFileId],
    ...Object.entries(metadata).map(([name, value]) => [`metadata ${name}`, value] as const),
    ...batch.errors.map(({ line, code, message, fix }) => [line === null ? 'file' : `line ${line}`, `${code}: ${message} ${fix}`] as const),
  ]
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [`${`${name}:`.padEnd(13)} ${value}\n`])).join('')
}

export const rateText = ({ requestsPerS = 0, tokensPerS = 0 }: Batch): string => `${requestsPerS.toFixed(requestsPerS < 10 ? 1 : 0)} requests/s, ${number(tokensPerS)} tokens/s`

/** How it ended, in a sentence. */
export function endText({ id, status, total, completed, failed }: Batch): string {
  const counts = `${number(completed)} of ${of(total, 'request')} answered${failed > 0 ? `, ${number(failed)} failed` : ''}`
  return status === 'failed' && completed + failed === 0 ? `${id} could not be run: see «first-desktop batch show ${id}».\n` : `${id} is ${status}: ${counts}.\n`
}
