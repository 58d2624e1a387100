/** The file with the owner's key, as the machine of the core writes paths. */
export function keyFileOf(dataDir: string): string {
  return `${dataDir}${dataDir.includes('\\') ? '\\' : '/'}local.key`
}
