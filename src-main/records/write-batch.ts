import { z } from 'zod'
import type { Database } from '../storage/database'
import { addBins, decodeBins, encodeBins } from './latency-bins'
import type { Batch } from './records-store'
import { columns, type StoredRows } from './stored-row'
import { usageTables, type Piece } from './usage-pieces'
import { addEntry, countRows, entryOf, widen, type Tally, type UsageEntry } from './tally'
import type { Zone } from './zone'

/** One statement of several rows costs two thirds of as many statements. */
const rowsPerStatement = 20
/** More than a batch brings, so old ones run out, and few enough that nobody waits for it. */
const prunedPerWrite = 1_000

const places = `(${columns.map(() => '?').join(', ')})`
const insertRows = (rows: number): string => `INSERT INTO requests (${columns.join(', ')}) VALUES ${Array.from({ length: rows }, () => places).join(', ')}`
const insertMany = insertRows(rowsPerStatement)
const insertOne = insertRows(1)

/** Writes rows and adds them to the usage of their hours and days, all in one transaction; drops some of what is too old. */
export function writeBatch(database: Database, batch: Batch, zone: Zone): void {
  const hours = countBatch(batch, zone)
  database.transaction(() => {
    writeRows(database, batch.rows)
    for (const entry of hours.values()) addUsage(database, 'hour', entry)
    for (const entry of widen(hours, (atMs) => zone.startOfDay(atMs)).values()) addUsage(database, 'day', entry)
    database.run('DELETE FROM requests WHERE rowid IN (SELECT rowid FROM requests WHERE started_at_ms < ? ORDER BY started_at_ms LIMIT ?)', batch.keepSinceMs, prunedPerWrite)
    database.run('DELETE FROM usage_hours WHERE at_ms IN (SELECT at_ms FROM usage_hours WHERE at_ms < ? ORDER BY at_ms LIMIT 1)', zone.startOfHour(batch.keepSinceMs))
  })
}

function countBatch({ rows, counted }: Batch, zone: Zone): Tally {
  const hours: Tally = new Map()
  countRows(hours, rows, zone.startOfHour)
  for (const entry of counted) addEntry(entryOf(hours, entry), entry)
  return hours
}

function writeRows(database: Database, { values, models }: StoredRows): void {
  for (let row = 0, rows: number; row < models.length; row += rows) {
    rows = row + rowsPerStatement <= models.length ? rowsPerStatement : 1
    database.run(rows === 1 ? insertOne : insertMany, ...values.slice(row * columns.length, (row + rows) * columns.length))
  }
}

const bins = z.object({ first_ms_bins: z.string(), total_ms_bins: z.string() })

function addUsage(database: Database, every: Piece['every'], entry: UsageEntry): void {
  const table = usageTables[every]
  const key = [entry.atMs, entry.identity, entry.model, entry.cluster] as const
  const known = database.get(bins, `SELECT first_ms_bins, total_ms_bins FROM ${table} WHERE at_ms = ? AND identity = ? AND model = ? AND cluster = ?`, ...key)
  const [firstMs, totalMs] = [new Map(entry.firstMs), new Map(entry.totalMs)]
  if (known !== undefined) {
    addBins(firstMs, decodeBins(known.first_ms_bins))
    addBins(totalMs, decodeBins(known.total_ms_bins))
  }
  database.run(
    `INSERT INTO ${table} (at_ms, identity, model, cluster, requests, failures, prompt_tokens, completion_tokens, estimated_requests, first_ms_bins, total_ms_bins) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (at_ms, identity, model, cluster) DO UPDATE SET requests = requests + excluded.requests, failures = failures + excluded.failures,
       prompt_tokens = prompt_tokens + excluded.prompt_tokens, completion_tokens = completion_tokens + excluded.completion_tokens,
       estimated_requests = estimated_requests + excluded.estimated_requests, first_ms_bins = excluded.first_ms_bins, total_ms_bins = excluded.total_ms_bins`,
    ...key,
    entry.requests,
    entry.failures,
    entry.promptTokens,
    entry.completionTokens,
    entry.estimatedRequests,
    encodeBins(firstMs),
    encodeBins(totalMs),
  )
}
