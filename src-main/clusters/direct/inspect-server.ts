import type { Dispatcher } from 'undici'
import type { ServerProfile } from '@shared/config/clusters'
import type { Operation } from '@shared/domain/model'
import type { Server } from './ask'
import { askModels } from './ask-models'
import type { Details, Memory } from './details/details'
import { describeLlamaServer, llamaStatus } from './details/llama-server'
import { describeLmStudio } from './details/lm-studio'
import { describeOllama } from './details/ollama'
import { describeVllm } from './details/vllm'
import { modelOfEntry, type FoundModel, type ModelEntry } from './model-entry'
import { operationsOf, profileOfHost, profiles } from './profiles'
import { orNothing, questionsTo } from './questions'
import { recognise, withVersion, type Recognised } from './recognise'

export interface Inspection {
  /** Absent where the questions that would tell got no answer in time. */
  readonly recognised?: Recognised
  readonly version?: string
  /** By id. */
  readonly models: readonly FoundModel[]
  readonly latencyMs: number
}

export interface Known {
  /** From the configuration. */
  readonly profile?: ServerProfile | undefined
  /** From an earlier inspection of the same server. */
  readonly recognised?: Recognised | undefined
  readonly memory: Memory
}

/** Kinds that tell more than their list of models does. */
const detailsOf: Partial<Record<ServerProfile, Details>> = { vllm: describeVllm, ollama: describeOllama, 'lm-studio': describeLmStudio, 'llama-server': describeLlamaServer }

/**
 * Asks a server what it is and what it serves: the list of its models, what kind it is where that is not known, and what that kind tells besides.
 * @throws FirstError of `askModels`: without a list there is nothing to say
 */
export async function inspectServer(agent: Dispatcher, server: Server, { profile: configured, recognised: before, memory }: Known, signal: AbortSignal): Promise<Inspection> {
  const given = configured ?? before?.profile ?? profileOfHost(server.baseUrl)
  const list = await askModels(agent, server, given, signal)
  const questions = questionsTo(agent, server, given ?? (list.isAnthropic ? 'anthropic' : 'other'), signal)
  const recognised = before ?? (await orNothing(given === undefined ? recognise(list, questions) : withVersion(given, questions)))
  const profile = recognised?.profile ?? given ?? 'other'
  const models = list.entries.map((entry) => ofEntry(entry, profile))
  const described = (await detailsOf[profile]?.(models, questions, memory)) ?? { models }
  const version = recognised?.version ?? ('version' in described ? described.version : undefined)
  const served = operationsOf(profile, version)
  return {
    ...(recognised !== undefined && { recognised }),
    ...(version !== undefined && { version }),
    models: described.models.map((model) => withOperations(model, profile, served)),
    latencyMs: list.latencyMs,
  }
}

function ofEntry(entry: ModelEntry, profile: ServerProfile): FoundModel {
  const model = modelOfEntry(entry)
  return profile === 'llama-server' && entry.status !== undefined ? { ...model, status: llamaStatus(entry.status.value) } : model
}

function withOperations(model: FoundModel, profile: ServerProfile, served: readonly Operation[] | undefined): FoundModel {
  const own = model.operations ?? (profiles[profile].embeddingIds?.test(model.id) === true ? ['embeddings' as const] : undefined)
  const operations = own === undefined ? served : own.filter((operation) => served?.includes(operation) !== false)
  return operations === undefined ? model : { ...model, operations: [...operations] }
}

