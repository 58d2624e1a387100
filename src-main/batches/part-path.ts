import type { FileStore } from './files/file-store'

/** What is made of a batch beside its files: its results until its end, and its requests while they go to a site. */
export const partKinds = ['output', 'error', 'site'] as const

export const partPath = ({ pathOf }: Pick<FileStore, 'pathOf'>, batchId: string, kind: (typeof partKinds)[number]): string => `${pathOf(batchId)}.${kind}.part`
