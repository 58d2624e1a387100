/** What a server tells about itself beside its protocol. */
export interface Discovery {
  /** Fields that each entry of `GET /v1/models` has besides OpenAI's. */
  readonly entry?: (model: string) => object
  /** Of the list of models and of these pages. */
  readonly headers?: Readonly<Record<string, string>>
  /** By path. */
  readonly pages?: Readonly<Record<string, Page>>
  /** A request for a model has come. */
  readonly onUse?: (model: string) => void
}

export interface Page {
  readonly answer: (body: object, models: readonly string[]) => { readonly status?: number; readonly body: object }
  /** Answered also without the key. */
  readonly isOpen?: boolean
}

const page = (body: object, status = 200): Page => ({ answer: () => ({ status, body }), isOpen: true })

/** vLLM 0.17.1, as its manual and its `ModelCard` have it. */
export function vllm({ version = '0.17.1', health = 200 } = {}): Discovery {
  return {
    entry: (model) => ({ owned_by: 'vllm', root: model, parent: null, max_model_len: 32_768, permission: [] }),
    pages: { '/version': page({ version }), '/health': page({}, health) },
  }
}

/** SambaNova, after docs.sambanova.ai, "Models". */
export function sambanova(): Discovery {
  return { entry: () => ({ owned_by: 'no-reply@sambanova.ai', context_length: 131_072, max_completion_tokens: 16_384, pricing: { prompt: '0.00000022', completion: '0.00000059' } }) }
}

/** Ollama, after docs.ollama.com; a model is in memory once it was used. */
export function ollama({ version = '0.14.2' } = {}): Discovery {
  const loaded = new Set<string>()
  const details = { parent_model: '', format: 'gguf', family: 'llama', families: ['llama'], parameter_size: '8.0B', quantization_level: 'Q4_K_M' }
  const tag = (name: string): object => ({ name, model: name, modified_at: '2026-01-20T10:00:00Z', size: 4_920_000_000, digest: `sha-${name}`, details })
  const doesEmbed = (name: string): boolean => name.includes('embed')
  return {
    entry: () => ({ owned_by: 'library' }),
    onUse: (model) => void loaded.add(model),
    pages: {
      '/api/version': page({ version }),
      '/api/tags': { answer: (_body, models) => ({ body: { models: models.map(tag) } }) },
      '/api/ps': { answer: () => ({ body: { models: [...loaded].map((name) => ({ ...tag(name), expires_at: '2026-01-20T10:05:00Z', size_vram: 4_920_000_000, context_length: 8192 })) } }) },
      '/api/show': {
        answer: (body) => {
          const name = 'model' in body ? String(body.model) : ''
          return { body: { details, model_info: { 'general.architecture': 'llama', 'llama.context_length': 131_072 }, capabilities: doesEmbed(name) ? ['embedding'] : ['completion', 'tools', 'vision'] } }
        },
      },
    },
  }
}

/** LM Studio, after lmstudio.ai, "REST API v0"; a model is loaded once it was used. */
export function lmStudio(): Discovery {
  const loaded = new Set<string>()
  const entry = (id: string): object => ({
    id,
    object: 'model',
    type: id.includes('embed') ? 'embeddings' : 'vlm',
    publisher: 'mlx-community',
    arch: 'qwen2_vl',
    compatibility_type: 'mlx',
    quantization: '4bit',
    state: loaded.has(id) ? 'loaded' : 'not-loaded',
    max_context_length: 32_768,
    ...(loaded.has(id) && { loaded_context_length: 4096 }),
    capabilities: ['tool_use'],
  })
  return {
    entry: () => ({ owned_by: 'organization_owner' }),
    onUse: (model) => void loaded.add(model),
    pages: { '/api/v0/models': { answer: (_body, models) => ({ body: { object: 'list', data: models.map(entry) } }) } },
  }
}

/** llama-server, after llama.cpp's tools/server/README.md; `isLoading` until its model is in memory. */
export function llamaServer({ isLoading = false } = {}): Discovery {
  const loading = { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }
  return {
    headers: { server: 'llama.cpp' },
    entry: () => ({ owned_by: 'llamacpp', meta: isLoading ? null : { vocab_type: 1, n_vocab: 128_256, n_ctx_train: 131_072, n_embd: 4096, n_params: 8_030_261_312, size: 4_912_898_304 } }),
    pages: {
      '/health': isLoading ? page(loading, 503) : page({ status: 'ok' }),
      '/props': isLoading
        ? page(loading, 503)
        : {
            answer: () => ({
              body: {
                default_generation_settings: { id: 0, n_ctx: 16_384, params: {} },
                total_slots: 4,
                model_path: '/models/model.gguf',
                chat_template: '…',
                chat_template_caps: { supports_tools: true, supports_parallel_tool_calls: true },
                modalities: { vision: false, audio: false },
                build_info: 'b8681-0a1b2c3d',
                is_sleeping: false,
              },
            }),
          },
    },
  }
}

/** llama-server with several models, of which one is loaded. */
export function llamaRouter(loaded: string): Discovery {
  return {
    headers: { server: 'llama.cpp' },
    entry: (model) => ({ owned_by: 'llamacpp', in_cache: false, status: { value: model === loaded ? 'loaded' : 'unloaded', args: [] } }),
    pages: { '/health': page({ status: 'ok' }) },
  }
}
