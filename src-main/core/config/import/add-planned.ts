import { Document, isMap, isNode, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml'
import type { PlannedCluster, PlannedServer, PlannedSite } from './plan-import'

export interface Added {
  /** What the document did not have yet. */
  readonly clusters: readonly PlannedCluster[]
  readonly notes: readonly string[]
}

/** Adds what is not there yet: servers by their address and key, deployments by model and framework. What is there stays as it is. */
export function addPlanned(document: Document, planned: readonly PlannedCluster[]): Added {
  const notes: string[] = []
  const clusters = planned.flatMap((one): PlannedCluster[] => (one.kind === 'direct' ? addServer(document, one) : addSite(document, one, notes)))
  return { clusters, notes }
}

/** The same as a text of its own, to be read before it is written. */
export function plannedText(planned: readonly PlannedCluster[]): string {
  const document = new Document({})
  addPlanned(document, planned)
  return document.toString({ lineWidth: 0 })
}

function addServer(document: Document, server: PlannedServer): PlannedServer[] {
  const { kind, name, url, apiKey, framework, models, access } = server
  const known = clustersOf(document).filter((cluster) => cluster.get('kind') === 'direct' && cluster.get('url') === url)
  // Without a list its server is asked, so that each model is there.
  const missing = models.filter((model) => !known.some((cluster) => listedModels(cluster)?.includes(model) ?? true))
  if (missing.length === 0) return []
  const alike = known.find((cluster) => cluster.get('apiKey') === apiKey && sameRule(cluster.get('access', true), access))
  const list = alike?.get('models', true)
  if (isSeq(list)) {
    list.items.push(...missing.map((model) => document.createNode(model)))
    return [{ ...server, name: String(alike?.get('name')), models: missing }]
  }
  const free = freeName(document, name)
  append(document, { name: free, kind, url, ...(apiKey !== undefined && { apiKey }), ...(framework !== 'api' && { framework }), models: missing, ...(access !== undefined && { access }) })
  return [{ ...server, name: free, models: missing }]
}

function listedModels(cluster: YAMLMap): readonly unknown[] | undefined {
  const list = cluster.get('models', true)
  return isSeq(list) ? list.items.map((item) => (isScalar(item) ? item.value : undefined)) : undefined
}

function addSite(document: Document, site: PlannedSite, notes: string[]): PlannedSite[] {
  const { kind, name, access, deployments } = site
  const known = clustersOf(document).find((cluster) => cluster.get('name') === name)
  if (known === undefined) {
    const cluster = document.createNode({ name, kind, ...(access !== undefined && { access }), deployments: [] }) as YAMLMap
    cluster.set('deployments', deploymentList(document, deployments))
    append(document, cluster)
    return [site]
  }
  const there = known.get('kind')
  if (there !== 'slurm' && there !== 'pbs') {
    notes.push(`There is a cluster ${name} of kind ${String(there)} in config.yaml already: give that one another name to take over the models of ${name}.`)
    return []
  }
  const listed = known.get('deployments', true)
  const present = (isSeq(listed) ? listed.items.filter((item) => isMap(item)) : []).map((item) => `${String(item.get('framework'))} ${String(item.get('model'))}`)
  const missing = deployments.filter(({ value }) => !present.includes(`${value.framework} ${value.model}`))
  if (missing.length === 0) return []
  if (!sameRule(known.get('access', true), access)) {
    notes.push(`${name} of config.yaml has another rule of access than the site's, so ${missing.length === 1 ? 'one model is' : `${missing.length} models are`} left out: ${missing.map(({ value }) => value.model).join(', ')}. Make the rules the same.`)
    return []
  }
  const added = deploymentList(document, missing)
  if (isSeq(listed)) listed.items.push(...added.items)
  else known.set('deployments', added)
  return [{ ...site, kind: there, deployments: missing }]
}

function deploymentList(document: Document, deployments: PlannedSite['deployments']): YAMLSeq {
  const list = document.createNode([]) as YAMLSeq
  for (const { value, comment } of deployments) {
    const node = document.createNode(value)
    if (isNode(node)) node.commentBefore = ` ${comment}`
    list.items.push(node)
  }
  return list
}

function append(document: Document, cluster: unknown): void {
  if (document.contents === null) document.contents = document.createNode({})
  if (isSeq(document.get('clusters', true))) document.addIn(['clusters'], isNode(cluster) ? cluster : document.createNode(cluster))
  else document.setIn(['clusters'], document.createNode([cluster]))
}

function clustersOf(document: Document): readonly YAMLMap[] {
  const list = document.get('clusters', true)
  return isSeq(list) ? list.items.filter((item) => isMap(item)) : []
}

function freeName(document: Document, name: string): string {
  const taken = new Set(clustersOf(document).map((cluster) => cluster.get('name')))
  let free = name
  for (let count = 2; taken.has(free); count += 1) free = `${name.slice(0, 58)}-${count}`
  return free
}

/** The order of a list counts for nothing, and an empty one asks for nothing. */
function sameRule(node: unknown, wanted: unknown): boolean {
  return sorted(isNode(node) ? node.toJSON() : undefined) === sorted(wanted)
}

function sorted(rule: unknown): string {
  const lists = Object.entries(typeof rule === 'object' && rule !== null ? rule : {}).flatMap(([key, list]) => (Array.isArray(list) && list.length > 0 ? [[key, list.map(String).sort()] as const] : []))
  return JSON.stringify(lists.sort(([one], [other]) => one.localeCompare(other)))
}
