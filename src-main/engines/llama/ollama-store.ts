import { readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import { type OnUnreadable, walkFolder, type WalkLimits } from './walk-folder'

export interface OllamaModel {
  /** As people write it for Ollama: `llama3.2:3b`, `hf.co/owner/model:Q4_K_M`. */
  readonly name: string
  readonly path: string
}

/** An image manifest; of its layers, the weights have this media type. */
const manifest = z.object({ layers: z.array(z.object({ mediaType: z.string(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })) })
const weights = 'application/vnd.ollama.image.model'
const maxManifestBytes = 2 ** 20

/** Reads Ollama's folder: manifests name the blobs that hold the weights. */
export async function listOllamaModels(root: string, limits: WalkLimits, onUnreadable: OnUnreadable): Promise<OllamaModel[]> {
  const manifests = join(root, 'manifests')
  const models: OllamaModel[] = []
  for (const path of await walkFolder(manifests, limits, onUnreadable)) {
    const digest = await weightsOf(path, onUnreadable)
    if (digest !== undefined) models.push({ name: nameOf(relative(manifests, path).split(sep)), path: join(root, 'blobs', digest.replace(':', '-')) })
  }
  return models
}

async function weightsOf(path: string, onUnreadable: OnUnreadable): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > maxManifestBytes) return undefined
    const parsed = manifest.parse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.layers.find((layer) => layer.mediaType === weights)?.digest
  } catch (cause) {
    onUnreadable(path, cause)
    return undefined
  }
}

/** `registry.ollama.ai/library/<model>/<tag>`; the registry and the library are left out where they are the usual ones. */
function nameOf(parts: readonly string[]): string {
  const [registry, owner, ...rest] = parts
  const tag = rest.pop() ?? 'latest'
  const host = registry === 'registry.ollama.ai' ? [] : [registry]
  const from = host.length === 0 && owner === 'library' ? [] : [owner]
  return `${[...host, ...from, ...rest].join('/')}:${tag}`
}
