import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ModelFile } from '@shared/domain/model-file'
import type { Logger } from '../../core/logger'
import { describeFile } from './model-file'
import { type ModelFolder, modelFolders, type Surroundings } from './model-folders'
import { listOllamaModels } from './ollama-store'
import { isLaterPart } from './split-file'
import { type OnUnreadable, walkFolder } from './walk-folder'

/** The Hugging Face cache is the deepest: `models--owner--name/snapshots/<commit>/<folder>/<file>`. */
const limits = { depth: 6, entries: 20_000 }
const maxModels = 500

interface Candidate {
  readonly path: string
  readonly name?: string
}

/**
 * Finds the GGUF files that other programs keep on this machine. Only their heads are read; folders that cannot be read are logged
 * and passed over; projectors and later parts of split models are left out, and a file that two programs share is listed once.
 */
export async function findModelFiles(surroundings: Surroundings, logger: Logger): Promise<ModelFile[]> {
  const onUnreadable: OnUnreadable = (path, cause) => logger.info({ path, cause: String(cause) }, 'not searched for models')
  const seen = new Set<string>()
  const found: ModelFile[] = []
  for (const folder of modelFolders(surroundings)) {
    for (const { path, name } of await candidates(folder, onUnreadable)) {
      if (found.length >= maxModels) return found
      const target = await realpath(path).catch(() => undefined)
      if (target === undefined || seen.has(target)) continue
      seen.add(target)
      const file = await describeFile(path, { source: folder.source, ...(name === undefined ? {} : { name }) })
      if (file.architecture !== 'clip') found.push(file)
    }
  }
  return found
}

async function candidates(folder: ModelFolder, onUnreadable: OnUnreadable): Promise<readonly Candidate[]> {
  if (folder.layout === 'ollama') return listOllamaModels(folder.path, limits, onUnreadable)
  const files = await walkFolder(folder.path, limits, onUnreadable)
  return files.filter(isModel).map((path) => ({ path }))
}

function isModel(path: string): boolean {
  const name = basename(path).toLowerCase()
  return name.endsWith('.gguf') && !name.includes('mmproj') && !isLaterPart(path)
}
