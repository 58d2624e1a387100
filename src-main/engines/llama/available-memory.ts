import { totalmem } from 'node:os'

/** On a Mac the system counts only untouched pages as free; most of the rest is cache that it gives up. */
const usableShareOfAMac = 0.75

/** Memory in bytes that a new process can have without swapping, within the limit of a container. */
export function availableMemoryBytes(): number {
  return process.platform === 'darwin' ? totalmem() * usableShareOfAMac : process.availableMemory()
}
