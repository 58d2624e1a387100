export const batchesPath = '/batches'
/** The file that was dropped, what is in it, and what is to be made of it. */
export const preparePath = `${batchesPath}/new`

export function batchPath(id: string): string {
  return `${batchesPath}/${id}`
}
