import type { Batches } from '../batches/batches'
import type { FileStore } from '../batches/files/file-store'
import type { Grant } from './authorize'

/** What is kept and done for callers beyond their requests. */
export interface Work {
  readonly files: FileStore
  readonly batches: Batches
}

/** Whose files and batches a caller sees: the owner everybody's, a key its own. */
export const scopeOf = ({ identity }: Grant): string | undefined => (identity.kind === 'owner' ? undefined : identity.id)
