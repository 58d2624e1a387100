import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { readAt } from '../../../batches/read-at'

/** The file of an order, a request a line, any of which is one read away. */
export interface OrderFile {
  readonly count: number
  /** With its line break. */
  sizeOf(line: number): number
  read(lines: readonly number[]): Promise<string[]>
  close(): Promise<void>
}

const lineBreak = 0x0a

export async function openOrder(path: string): Promise<OrderFile> {
  const ends: number[] = []
  let at = 0
  for await (const piece of createReadStream(path)) {
    const bytes = piece as Buffer
    for (let end = bytes.indexOf(lineBreak); end !== -1; end = bytes.indexOf(lineBreak, end + 1)) ends.push(at + end + 1)
    at += bytes.length
  }
  const file = await open(path, 'r')
  const startOf = (line: number): number => ends[line - 1] ?? 0
  const sizeOf = (line: number): number => (ends[line] ?? at) - startOf(line)
  return {
    count: ends.length,
    sizeOf,
    read: (lines) => Promise.all(lines.map(async (line) => (await readAt(file, startOf(line), sizeOf(line))).toString('utf8'))),
    close: () => file.close(),
  }
}
