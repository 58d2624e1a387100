import type { LlamaDeploymentConfig } from '@shared/config/clusters'
import type { ModelInfo, Operation } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { Logger } from '../../core/logger'
import type { Engine } from '../../engines/engine'
import type { GuideOptions } from '../../engines/guide/guide-engine'
import type { LlamaOptions } from '../../engines/llama/options'
import type { ClusterAdapter } from '../cluster-adapter'
import { createModelRunner, type ModelRunner } from './model-runner'
import type { Timers } from './timers'

export interface LocalEngines {
  readonly guide: Engine<GuideOptions>
  readonly llama: Engine<LlamaOptions>
}

export interface LocalOptions {
  readonly name: string
  readonly deployments: readonly LlamaDeploymentConfig[]
  readonly hasGuide: boolean
}

export interface LocalDeps {
  readonly engines: LocalEngines
  readonly timers: Timers
  readonly logger: Logger
}

export interface LocalAdapter extends ClusterAdapter {
  /** Takes changed deployments; those that are as before keep running, and one that is gone ends with its last request. */
  setDeployments(deployments: readonly LlamaDeploymentConfig[]): void
  retire(): Promise<void>
  /** Fraction from 0 to 1 of the start of a GGUF model. */
  setProgress(model: string, fraction: number): void
}

interface Place {
  readonly info: Omit<ModelInfo, 'status'>
  /** The configuration it was made from, to see whether it changed. */
  readonly made: string
  readonly runner: ModelRunner
}

/** What the engines of this machine serve; the other protocols are translated. */
const operations: Operation[] = ['chat_completions']
const guideModel = 'guide'
const placeKey = (framework: string, model: string): string => `${framework} ${model}`

/** This machine: the built-in guide, where `hasGuide`, and GGUF models in child processes. */
export function createLocalAdapter(config: LocalOptions, { engines, timers, logger }: LocalDeps): LocalAdapter {
  const { name } = config
  const listeners = new Set<() => void>()
  const onChange = (): void => listeners.forEach((listener) => listener())
  const places = new Map<string, Place>()
  const retiring = new Set<ModelRunner>()

  const addGuide = (): void => {
    const runner = createModelRunner({ model: guideModel, start: (signal) => engines.guide.start({ model: guideModel }, signal), timers, logger, onChange })
    places.set(placeKey('guide', guideModel), { info: { id: guideModel, cluster: name, framework: 'guide', isGuide: true, operations }, made: '', runner })
    // It costs nothing to have ready, so the first question does not wait.
    runner.acquire(new AbortController().signal).then((lease) => lease.release(), (cause: unknown) => logger.error({ cause }, 'the guide did not start'))
  }

  const createPlace = (deployment: LlamaDeploymentConfig, made: string): Place => {
    const { model, file, contextTokens, requestsPerReplica, gpuLayers, idleTimeoutS } = deployment
    const options: LlamaOptions = { modelId: model, file, slots: requestsPerReplica, ...(contextTokens !== undefined && { contextTokens }), ...(gpuLayers !== undefined && { gpuLayers }) }
    const runner = createModelRunner({ model, start: (signal) => engines.llama.start(options, signal), idleTimeoutMs: idleTimeoutS * 1000, timers, logger, onChange })
    return { info: { id: model, cluster: name, framework: 'llama', operations, capacity: requestsPerReplica, ...(contextTokens !== undefined && { contextTokens }) }, made, runner }
  }

  const retire = async (runner: ModelRunner): Promise<void> => {
    retiring.add(runner)
    await runner.retire().catch((cause: unknown) => logger.error({ cluster: name, cause }, 'a model could not be stopped'))
    retiring.delete(runner)
  }

  const take = (deployments: readonly LlamaDeploymentConfig[]): void => {
    const wanted = new Map(deployments.map((deployment) => [placeKey('llama', deployment.model), deployment]))
    for (const [key, { info, made, runner }] of places) {
      const deployment = wanted.get(key)
      if (info.framework === 'guide' || (deployment !== undefined && JSON.stringify(deployment) === made)) wanted.delete(key)
      else {
        places.delete(key)
        void retire(runner)
      }
    }
    for (const [key, deployment] of wanted) places.set(key, createPlace(deployment, JSON.stringify(deployment)))
  }

  if (config.hasGuide) addGuide()
  take(config.deployments)

  return {
    kind: 'local',
    name,
    describe: () => Promise.resolve({
      name,
      kind: 'local',
      isReachable: true,
      models: Array.from(places.values(), ({ info, runner }) => ({ ...info, ...runner.state() })),
      takenAtMs: timers.now(),
    }),
    async acquire({ framework, model }, signal) {
      const place = places.get(placeKey(framework, model))
      if (place === undefined) throw new FirstError('model_not_found', `The cluster "${name}" does not serve the model "${model}" any more.`, { param: 'model' })
      return place.runner.acquire(signal)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setDeployments(deployments) {
      take(deployments)
      onChange()
    },
    setProgress: (model, fraction) => places.get(placeKey('llama', model))?.runner.setProgress(fraction),
    async retire() {
      await Promise.all(Array.from(places.values(), ({ runner }) => retire(runner)))
    },
    async close() {
      await Promise.all([...Array.from(places.values(), ({ runner }) => runner), ...retiring].map((runner) => runner.close()))
    },
  }
}
