import { FirstError } from '@shared/errors'
import type { ProcessTable } from './process-table'
import type { ReplicaState } from './replica-files'

/** Memory in MB that replicas were promised and do not have yet: an engine takes minutes to load its weights. */
export async function promisedMb(running: readonly ReplicaState[], table: ProcessTable): Promise<number> {
  const resident = await table.residentMb(new Set(running.filter(({ memoryMb }) => memoryMb !== undefined).map(({ pid }) => pid)))
  return running.reduce((sum, { pid, memoryMb = 0 }) => sum + Math.max(0, memoryMb - (resident.get(pid) ?? 0)), 0)
}

/** @throws FirstError `out_of_memory`, with what is needed and what is free */
export function requireMemoryMb(model: string, neededMb: number, freeMb: number, promised: number): void {
  if (neededMb <= freeMb - promised) return
  const waiting = promised < 1 ? '' : `, of which ${Math.round(promised)} MB are for models that are still loading`
  throw new FirstError('out_of_memory', `"${model}" needs ${neededMb} MB of memory (resources.memoryMb), and ${Math.round(freeMb)} MB are free${waiting}.`, { info: { neededMb, freeMb: Math.round(freeMb) } })
}
