import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findModelFiles } from '@main/engines/llama/find-models'
import { describeModelFile } from '@main/engines/llama/model-file'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tinyGguf } from '../../../fixtures/gguf'
import { recordingLogger, type Workbench } from './workbench'

const sha = 'a'.repeat(64)

describe('GGUF files of other programs', () => {
  let home: string
  let logged: Workbench['logged']

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'find-models-'))
    logged = []
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const put = async (path: string, content: Buffer | string = tinyGguf()): Promise<string> => {
    const file = join(home, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    return file
  }
  const find = (env: Record<string, string> = {}) => findModelFiles({ home, env, platform: 'linux' }, recordingLogger(logged))
  const names = async (env?: Record<string, string>) => (await find(env)).map((file) => `${file.source}: ${file.name}`)

  it('are none where there are no such programs, and that is nothing to log', async () => {
    expect(await find()).toEqual([])
    expect(logged).toEqual([])
  })

  it('are found in the Hugging Face cache, through the links of a snapshot, once', async () => {
    const blob = await put(`.cache/huggingface/hub/models--o--m/blobs/${sha}`)
    for (const commit of ['c1', 'c2']) {
      await mkdir(join(home, `.cache/huggingface/hub/models--o--m/snapshots/${commit}`), { recursive: true })
      await symlink(blob, join(home, `.cache/huggingface/hub/models--o--m/snapshots/${commit}/tiny-q4_k_m.gguf`))
    }
    expect(await find()).toEqual([
      {
        path: join(home, '.cache/huggingface/hub/models--o--m/snapshots/c1/tiny-q4_k_m.gguf'),
        name: 'tiny-q4_k_m',
        sizeBytes: tinyGguf().length,
        source: 'huggingface',
        architecture: 'llama',
        contextTokens: 2048,
      },
    ])
  })

  it('are found where the environment says', async () => {
    await put('hf/hub/models--o--a/snapshots/c/a.gguf')
    await put('hub2/models--o--b/snapshots/c/b.gguf', tinyGguf({ seed: 2 }))
    await put('llama/c.gguf', tinyGguf({ seed: 3 }))
    expect(await names({ HF_HOME: join(home, 'hf'), LLAMA_CACHE: join(home, 'llama') })).toEqual(['huggingface: a', 'llama.cpp: c'])
    expect(await names({ HF_HOME: join(home, 'hf'), HF_HUB_CACHE: join(home, 'hub2') })).toEqual(['huggingface: b'])
  })

  it('are found in both folders of LM Studio and in the cache of llama.cpp', async () => {
    await put('.lmstudio/models/owner/repo/new.gguf')
    await put('.cache/lm-studio/models/owner/repo/old.gguf')
    await put('.cache/llama.cpp/cached.gguf')
    expect(await names()).toEqual(['lm-studio: new', 'lm-studio: old', 'llama.cpp: cached'])
  })

  it('are found in Ollama by the names people use there', async () => {
    const manifest = JSON.stringify({
      layers: [
        { mediaType: 'application/vnd.ollama.image.license', digest: `sha256:${'c'.repeat(64)}` },
        { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${sha}` },
      ],
    })
    await put('.ollama/models/manifests/registry.ollama.ai/library/llama3.2/3b', manifest)
    await put('.ollama/models/manifests/registry.ollama.ai/library/gone/latest', manifest.replaceAll(sha, 'd'.repeat(64)))
    await put('.ollama/models/manifests/registry.ollama.ai/library/torn/latest', manifest.slice(0, 50))
    await put(`.ollama/models/blobs/sha256-${sha}`)
    await put('own/manifests/hf.co/owner/model/Q4_K_M', manifest)
    await put(`own/blobs/sha256-${sha}`)
    expect(await names({ OLLAMA_MODELS: join(home, 'own') })).toEqual(['ollama: hf.co/owner/model:Q4_K_M', 'ollama: llama3.2:3b'])
    expect(logged.map((line) => line.fields['path'])).toEqual([join(home, '.ollama/models/manifests/registry.ollama.ai/library/torn/latest')])
  })

  it('are offered with their problem when they cannot be used, and left out when they are no models', async () => {
    await put('.lmstudio/models/o/r/cut.gguf', tinyGguf().subarray(0, 100_000))
    await put('.lmstudio/models/o/r/mmproj-model-f16.gguf')
    await put('.lmstudio/models/o/r/readme.md')
    await put('.lmstudio/models/o/r/split-00001-of-00002.gguf')
    await put('.lmstudio/models/o/r/split-00002-of-00002.gguf')
    const files = await find()
    expect(files.map(({ name, problem }) => [name, problem?.includes('cut short') ?? false])).toEqual([
      ['cut', true],
      ['split', false],
    ])
    expect(files[1]?.sizeBytes).toBe(2 * tinyGguf().length)
  })

  it('do not stop the search where a folder cannot be read, which is logged', async () => {
    await symlink(join(home, 'loop'), join(home, 'loop'))
    await put('.lmstudio/models/o/r/good.gguf')
    expect(await names({ HF_HUB_CACHE: join(home, 'loop') })).toEqual(['lm-studio: good'])
    expect(logged).toEqual([expect.objectContaining({ message: 'not searched for models', fields: expect.objectContaining({ path: join(home, 'loop') }) as object })])
  })

  it('are described when a person chooses one', async () => {
    const generic = await put('downloads/nice/model.gguf', tinyGguf({ name: 'Nice 7B' }))
    expect(await describeModelFile(generic)).toMatchObject({ name: 'Nice 7B', source: 'chosen', architecture: 'llama' })
    const part = await put('downloads/m-00002-of-00003.gguf')
    expect((await describeModelFile(part)).problem).toContain('-00001-of-')
    expect((await describeModelFile(join(home, 'none.gguf'))).problem).toContain('no such file')
    expect((await describeModelFile(home)).problem).toContain('is not a file')
  })
})
