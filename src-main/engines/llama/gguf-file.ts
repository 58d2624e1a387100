import { type FileHandle, open } from 'node:fs/promises'
import { FirstError } from '@shared/errors'
import { type GgufHead, HeadIncomplete, NotGguf, parseGgufHead } from './gguf-parser'

/** What we need to know of a GGUF file before it is loaded. */
export interface GgufFile {
  readonly sizeBytes: number
  readonly architecture: string
  readonly name?: string
  /** Context the model was trained for. */
  readonly contextTokens?: number
  readonly chatTemplate?: string
  readonly blocks: number
  readonly vocabulary: number
  /** Bytes of 16-bit keys and values that one token of context takes, over all blocks. */
  readonly kvBytesPerToken: number
}

const firstReadBytes = 2 ** 20
const maxHeadBytes = 2 ** 28

/**
 * Reads the head of a GGUF file, never its weights.
 * @throws FirstError `model_file_invalid` where the file is missing, unreadable, of another format, or shorter than its head says.
 */
export async function readGgufFile(path: string): Promise<GgufFile> {
  const file = await open(path).catch((cause: unknown) => refuse(`The model file ${path} cannot be opened: ${reasonOf(cause)}.`, cause))
  try {
    const stat = await file.stat()
    if (!stat.isFile()) refuse(`${path} is not a file.`)
    const head = await readHead(file, path, stat.size)
    if (head.expectedBytes > stat.size) refuseCut(path, stat.size, head.expectedBytes)
    return describe(head, stat.size)
  } finally {
    await file.close()
  }
}

/** Reads twice as much until the head is whole: the vocabulary takes from a few kilobytes to tens of megabytes. */
async function readHead(file: FileHandle, path: string, sizeBytes: number): Promise<GgufHead> {
  for (let length = firstReadBytes; ; length *= 2) {
    const bytes = Buffer.alloc(Math.min(length, sizeBytes))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    try {
      return parseGgufHead(bytes.subarray(0, bytesRead))
    } catch (cause) {
      if (cause instanceof NotGguf) refuse(`${path} is not a GGUF file that can be used: ${cause.message}.`, cause)
      if (!(cause instanceof HeadIncomplete)) throw cause
      if (length >= sizeBytes) refuse(`The model file ${path} is cut short: its ${sizeBytes} bytes end before its description does.`, cause)
      if (length >= maxHeadBytes) refuse(`${path} is not a GGUF file that can be used: its description is longer than ${maxHeadBytes} bytes.`, cause)
    }
  }
}

function describe({ metadata, listLengths }: GgufHead, sizeBytes: number): GgufFile {
  const text = (key: string): string | undefined => {
    const value = metadata.get(key)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const architecture = text('general.architecture') ?? 'unknown'
  // A list has one number a block, and 0 for a block without attention; the largest is the safe one.
  const number = (key: string): number | undefined => {
    const value = metadata.get(`${architecture}.${key}`)
    const numbers = [value].flat().filter((each) => typeof each === 'number')
    return numbers.length > 0 ? Math.max(...numbers) : undefined
  }
  const name = text('general.name')
  const chatTemplate = text('tokenizer.chat_template')
  const contextTokens = number('context_length')
  const blocks = number('block_count') ?? 0
  const heads = number('attention.head_count') ?? 1
  const headLength = (number('embedding_length') ?? 0) / heads
  const kvHeads = number('attention.head_count_kv') ?? heads
  const perHead = (number('attention.key_length') ?? headLength) + (number('attention.value_length') ?? headLength)
  const bytesPerNumber = 2
  return {
    sizeBytes,
    architecture,
    ...(name === undefined ? {} : { name }),
    ...(contextTokens === undefined || contextTokens <= 0 ? {} : { contextTokens }),
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
    blocks,
    vocabulary: listLengths.get('tokenizer.ggml.tokens') ?? 0,
    kvBytesPerToken: blocks * kvHeads * perHead * bytesPerNumber,
  }
}

function refuseCut(path: string, actualBytes: number, expectedBytes: number): never {
  return refuse(`The model file ${path} is cut short: ${actualBytes} of ${expectedBytes} bytes are there.`)
}

function refuse(message: string, cause?: unknown): never {
  throw new FirstError('model_file_invalid', message, { cause })
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const known: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'it may not be read', ENOTDIR: 'there is no such folder' }
  return known[code] ?? (code || String(cause))
}
