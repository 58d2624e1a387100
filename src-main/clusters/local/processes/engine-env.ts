/** What an engine takes over from the app: where programs and the home folder are, the language, and the drivers of GPUs; no secret is here. */
const kept = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE'],
  ...['LD_LIBRARY_PATH', 'CUDA_HOME', 'CUDA_PATH', 'CUDA_CACHE_PATH', 'NVIDIA_VISIBLE_DEVICES', 'NVIDIA_DRIVER_CAPABILITIES', 'ROCM_PATH', 'HIP_PLATFORM', 'HSA_OVERRIDE_GFX_VERSION'],
] as const

/** The mark by which processes of a replica are known, wherever they went. */
export function markOf(id: string): string {
  return `FIRST_REPLICA=${id}`
}

export interface EngineEnv {
  readonly id: string
  /** Of the app. */
  readonly outer: Readonly<Record<string, string | undefined>>
  /** Of the template and the configuration; wins. */
  readonly own: Readonly<Record<string, string>>
  /** Indexes as nvidia-smi counts; absent where the machine has none, empty where the replica gets none. */
  readonly gpus?: readonly number[]
}

/** The whole environment of an engine. */
export function engineEnv({ id, outer, own, gpus }: EngineEnv): Record<string, string> {
  const passed = Object.entries(outer).flatMap(([name, value]) => (value !== undefined && ((kept as readonly string[]).includes(name) || name.startsWith('LC_')) ? [[name, value] as const] : []))
  // CUDA's own order puts the fastest card first.
  const cards = gpus === undefined ? {} : { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: gpus.join(',') }
  const [markName = '', markValue = ''] = markOf(id).split('=')
  return { ...Object.fromEntries(passed), ...cards, ...own, [markName]: markValue }
}
