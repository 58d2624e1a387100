import { basename, dirname } from 'node:path'
import type { ModelFile } from '@shared/domain/model-file'
import { FirstError } from '@shared/errors'
import type { GgufFile } from './gguf-file'
import { isLaterPart, readModelFile } from './split-file'

/** Architectures that turn a text into numbers and cannot answer. */
const encoders: ReadonlySet<string> = new Set(['bert', 'modern-bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 'jina-bert-v3', 'eurobert', 't5encoder', 'gemma-embedding'])
/** The architecture of the files that give a model eyes or ears. */
const projector = 'clip'

/** Where a file was found, and what it is called there, if not by its own name. */
export interface FileOrigin {
  readonly source: ModelFile['source']
  readonly name?: string
}

/** Describes a file that the person chose; what stands in its way is said in `problem`. */
export function describeModelFile(path: string): Promise<ModelFile> {
  return describeFile(path, { source: 'chosen' })
}

export async function describeFile(path: string, origin: FileOrigin): Promise<ModelFile> {
  if (isLaterPart(path)) return { ...nothingOf(path, origin), problem: 'This is a later part of a split model; choose the file that ends in "-00001-of-….gguf".' }
  try {
    const file = await readModelFile(path)
    const problem = problemOf(file)
    return {
      path,
      name: origin.name ?? nameOf(path, file),
      sizeBytes: file.sizeBytes,
      source: origin.source,
      architecture: file.architecture,
      ...(file.contextTokens === undefined ? {} : { contextTokens: file.contextTokens }),
      ...(problem === undefined ? {} : { problem }),
    }
  } catch (cause) {
    if (cause instanceof FirstError) return { ...nothingOf(path, origin), problem: cause.message }
    throw cause
  }
}

function nothingOf(path: string, origin: FileOrigin): ModelFile {
  return { path, name: origin.name ?? basename(path, '.gguf'), sizeBytes: 0, source: origin.source }
}

/** The file's name tells more than its metadata: it has the quantization. A name like `model.gguf` does not. */
function nameOf(path: string, file: GgufFile): string {
  const name = basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '')
  return /^(ggml-)?model\b/i.test(name) ? (file.name ?? basename(dirname(path))) : name
}

function problemOf(file: GgufFile): string | undefined {
  if (file.architecture === projector) return 'This file adds pictures or sound to another model, and is none by itself.'
  if (encoders.has(file.architecture)) return 'This is an embedding model; it cannot chat.'
  return undefined
}
