import { isMap, isSeq, type Document, type YAMLMap } from 'yaml'
import type { ServerProfile } from '@shared/config/clusters'
import { FirstError } from '@shared/errors'

/** Where the models of this machine are configured. */
const localClusterName = 'here'

/** A server by its URL, or another FIRST gateway. */
export type ServerEntry = { readonly name: string; readonly url: string } & (
  | {
      readonly kind?: 'direct'
      /** A reference, `${secret:…}`; never the key. */
      readonly apiKey?: string
      readonly profile?: ServerProfile
      readonly models?: readonly string[]
    }
  | {
      readonly kind: 'first'
      /** A reference, as above. */
      readonly token?: string
      /** In its place: the site whose sign-in is used. */
      readonly site?: string
      /** Clusters of the site that are used; absent: all. */
      readonly clusters?: readonly string[]
    }
)

export interface ModelFileEntry {
  readonly model: string
  readonly file: string
  readonly contextTokens?: number
}

/** @throws FirstError `invalid_request` when a cluster has the name already. */
export function addServer(document: Document, server: ServerEntry): void {
  if (findCluster(document, server.name) !== undefined) throw new FirstError('invalid_request', `There is a cluster named ${server.name} already.`, { param: 'name' })
  const { name, url, kind = 'direct', ...rest } = server
  append(document, ['clusters'], { name, kind, url, ...rest })
}

/** @throws FirstError `cluster_not_found` when no server of that name was added. */
export function removeServer(document: Document, name: string): void {
  const index = clusters(document).findIndex((cluster) => cluster.get('name') === name && isServer(cluster))
  if (index < 0) throw new FirstError('cluster_not_found', `There is no server named ${name} in config.yaml.`, { param: 'name' })
  document.deleteIn(['clusters', index])
}

/** @throws FirstError `cluster_not_found` when no server of that name was added. */
export function setServerKey(document: Document, name: string, reference: string): void {
  const server = findCluster(document, name)
  if (server === undefined || !isServer(server)) throw new FirstError('cluster_not_found', `There is no server named ${name} in config.yaml.`, { param: 'name' })
  server.set(server.get('kind') === 'first' ? 'token' : 'apiKey', reference)
}

/** @throws FirstError `invalid_request` when this machine has a model of that id already. */
export function addModelFile(document: Document, entry: ModelFileEntry): void {
  const index = clusters(document).findIndex((cluster) => cluster.get('kind') === 'local')
  const deployment = { model: entry.model, framework: 'llama', file: entry.file, ...(entry.contextTokens !== undefined && { contextTokens: entry.contextTokens }) }
  if (index < 0) {
    append(document, ['clusters'], { name: localClusterName, kind: 'local', deployments: [deployment] })
    return
  }
  if (deploymentIndex(document, index, entry.model) >= 0) throw new FirstError('invalid_request', `There is a model ${entry.model} on this machine already; give this one another name.`, { param: 'model' })
  append(document, ['clusters', index, 'deployments'], deployment)
}

/** @throws FirstError `model_not_found` when this machine has no model of that id. */
export function removeModelFile(document: Document, model: string): void {
  for (const index of clusters(document).keys()) {
    const found = deploymentIndex(document, index, model)
    if (found < 0) continue
    document.deleteIn(['clusters', index, 'deployments', found])
    return
  }
  throw new FirstError('model_not_found', `There is no model ${model} in config.yaml.`, { param: 'model' })
}

/** Whether keys of others are served; written only while they are not. */
export function setServing(document: Document, isServing: boolean): void {
  if (document.contents === null) document.contents = document.createNode({})
  const gateway = document.get('gateway', true)
  if (!isServing && isMap(gateway)) gateway.set('isServing', false)
  else if (!isServing) document.set('gateway', document.createNode({ isServing: false }))
  else if (isMap(gateway)) {
    gateway.delete('isServing')
    if (gateway.items.length === 0) document.delete('gateway')
  }
}

const isServer = (cluster: YAMLMap): boolean => cluster.get('kind') === 'direct' || cluster.get('kind') === 'first'

function append(document: Document, path: readonly (string | number)[], value: unknown): void {
  if (document.contents === null) document.contents = document.createNode({})
  if (isSeq(document.getIn(path, true))) document.addIn(path, document.createNode(value))
  else document.setIn(path, document.createNode([value]))
}

function clusters(document: Document): readonly YAMLMap[] {
  const list = document.get('clusters', true)
  return isSeq(list) ? list.items.filter((item) => isMap(item)) : []
}

function findCluster(document: Document, name: string): YAMLMap | undefined {
  return clusters(document).find((cluster) => cluster.get('name') === name)
}

function deploymentIndex(document: Document, cluster: number, model: string): number {
  const list = document.getIn(['clusters', cluster, 'deployments'], true)
  return isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('model') === model) : -1
}
