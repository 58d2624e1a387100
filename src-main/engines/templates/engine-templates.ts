import type { LaunchTemplate } from '@shared/config/deployment'

/**
 * How an engine is started. Texts name values as `launch` lines do, and besides: `weights` (the file, else the model), `context` (tokens a
 * request may use), `contexts` (those of all slots together), `slots` (requests answered at a time).
 */
export interface EngineTemplate {
  readonly argv: readonly string[]
  /** Each is left out where a value that it names is not known; `gpus` is known from one on. */
  readonly options: readonly (readonly string[])[]
  readonly env: Readonly<Record<string, string>>
  readonly readyPath: string
  /** The variable from which it reads its key: a command line can be read by everyone on the machine. */
  readonly keyVariable?: string
  /** What a file of its own holds that keeps the key, where it reads no variable. */
  readonly keyFile?: string
}

/** The variable of our own engine, and of what `launch` lines start. */
export const ownKeyVariable = 'FIRST_ENGINE_KEY'

export const engineTemplates: Readonly<Record<LaunchTemplate, EngineTemplate>> = {
  // docs.vllm.ai, "Server Arguments" and "Environment Variables".
  vllm: {
    argv: ['vllm', 'serve', '${weights}', '--served-model-name', '${model}', '--host', '${host}', '--port', '${port}'],
    options: [
      ['--tensor-parallel-size', '${gpus}'],
      ['--max-model-len', '${context}'],
    ],
    env: {},
    readyPath: '/health',
    keyVariable: 'VLLM_API_KEY',
  },
  // The prefix puts its paths where OpenAI's are; its /health stays at the root.
  infinity: {
    argv: ['infinity_emb', 'v2', '--model-id', '${weights}', '--served-model-name', '${model}', '--host', '${host}', '--port', '${port}', '--url-prefix', '/v1'],
    options: [],
    env: {},
    readyPath: '/health',
    keyVariable: 'INFINITY_API_KEY',
  },
  // docs.sglang.io, "Server Arguments": it reads no variable for its key, but a file of arguments.
  sglang: {
    argv: ['python3', '-m', 'sglang.launch_server', '--config', '${keyFile}', '--model-path', '${weights}', '--served-model-name', '${model}', '--host', '${host}', '--port', '${port}'],
    options: [
      ['--tp', '${gpus}'],
      ['--context-length', '${context}'],
    ],
    env: {},
    readyPath: '/health',
    keyFile: 'api-key: ${key}\n',
  },
  // llama.cpp, tools/server/README.md; its context is that of all slots together.
  'llama-server': {
    argv: ['llama-server', '--model', '${file}', '--alias', '${model}', '--host', '${host}', '--port', '${port}', '--parallel', '${slots}'],
    options: [['--ctx-size', '${contexts}']],
    env: {},
    readyPath: '/health',
    keyVariable: 'LLAMA_API_KEY',
  },
  // docs.ollama.com, "FAQ"; it knows no key. A model is loaded by its first request and stays.
  ollama: {
    argv: ['ollama', 'serve'],
    options: [],
    env: { OLLAMA_HOST: '${host}:${port}', OLLAMA_KEEP_ALIVE: '-1', OLLAMA_NUM_PARALLEL: '${slots}' },
    readyPath: '/api/version',
  },
  llama: {
    argv: ['first-desktop', 'engine', 'llama', '--file', '${file}', '--model', '${model}', '--host', '${host}', '--port', '${port}', '--slots', '${slots}'],
    options: [['--context', '${context}']],
    env: {},
    readyPath: '/health',
    keyVariable: ownKeyVariable,
  },
}

/** More requests than this wait in the engine: each slot keeps a whole context in memory. */
export const mostSlots = 8
