import { join } from 'node:path'
import type { ModelFile } from '@shared/domain/model-file'

export interface Surroundings {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/** A folder in which a program keeps its models, and how they lie in it. */
export interface ModelFolder {
  readonly source: ModelFile['source']
  readonly path: string
  /** `ollama`: manifests that name blobs; `tree`: files that end in `.gguf`. */
  readonly layout: 'tree' | 'ollama'
}

/** Where other programs keep GGUF files, in the order in which they are offered; sources: each program's manual. */
export function modelFolders({ home, env, platform }: Surroundings): ModelFolder[] {
  const cache = env['XDG_CACHE_HOME'] ?? join(home, '.cache')
  const hub = env['HF_HUB_CACHE'] ?? join(env['HF_HOME'] ?? join(cache, 'huggingface'), 'hub')
  const folders: ModelFolder[] = [
    tree('lm-studio', join(home, '.lmstudio', 'models')),
    tree('lm-studio', join(home, '.cache', 'lm-studio', 'models')),
    tree('huggingface', hub),
    tree('llama.cpp', env['LLAMA_CACHE'] ?? llamaCache(home, cache, env, platform)),
    ...[env['OLLAMA_MODELS'], join(home, '.ollama', 'models'), ...ollamaOfTheSystem(platform)].flatMap((path) =>
      path === undefined || path === '' ? [] : [{ source: 'ollama', path, layout: 'ollama' } as const],
    ),
  ]
  return folders.filter((folder, index) => folders.findIndex((other) => other.path === folder.path) === index)
}

function tree(source: ModelFile['source'], path: string): ModelFolder {
  return { source, path, layout: 'tree' }
}

/** As llama.cpp's `fs_get_cache_directory`. */
function llamaCache(home: string, cache: string, env: Surroundings['env'], platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'llama.cpp')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'llama.cpp')
  return join(cache, 'llama.cpp')
}

/** Ollama's installer for Linux runs it as a user of its own. */
function ollamaOfTheSystem(platform: NodeJS.Platform): string[] {
  return platform === 'linux' ? ['/usr/share/ollama/.ollama/models', '/var/lib/ollama/models'] : []
}
