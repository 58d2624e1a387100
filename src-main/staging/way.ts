import type { Step } from './step'

export interface LocalFile {
  readonly path: string
  /** No other file that is under way has it. */
  readonly name: string
}

/** A way of copying files to and from a collection; paths of the collection begin with a slash. Each step persists by itself. */
export interface Way {
  /** What is there by that path is replaced. @throws FirstError that no other try mends, or `cancelled` */
  put(file: LocalFile, to: string, step: Step): Promise<void>
  /** The file appears when it is whole. @throws as `put` */
  get(from: string, file: LocalFile, step: Step): Promise<void>
  /** What is not there is no failure. */
  remove(paths: readonly string[], signal: AbortSignal): Promise<void>
}
