import type { FoundModel } from '../model-entry'
import type { Questions } from '../questions'

export interface Described {
  readonly models: readonly FoundModel[]
  /** Where only these questions tell it. */
  readonly version?: string
}

/** What one kind of server says beyond the list of its models. A question without an answer leaves things as the list says. */
export type Details = (list: readonly FoundModel[], questions: Questions, memory: Memory) => Promise<Described>

/** Answers that stay true: by a key that changes with the model. */
export type Memory = Map<string, Partial<FoundModel>>
