import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { locateJsonError } from '../../../gateway/json-position'

/** Who may use it; empty lists ask for nothing. */
export interface FixtureAccess {
  readonly groups: readonly string[]
  readonly domains: readonly string[]
}

export interface FixtureCluster extends FixtureAccess {
  readonly name: string
  /** The last part of the Python path of what serves it: `GlobusComputeCluster`. */
  readonly adapter: string
}

export interface FixtureEndpoint extends FixtureAccess {
  /** Where it stands, for sentences: `endpoints.json [3]`. */
  readonly where: string
  readonly cluster: string
  readonly framework: string
  readonly model: string
  readonly adapter: string
  readonly config: EndpointConfig
}

export interface Fixtures {
  readonly clusters: readonly FixtureCluster[]
  readonly endpoints: readonly FixtureEndpoint[]
  /** What was read and is neither. */
  readonly notes: readonly string[]
}

export interface FixtureFile {
  readonly path: string
  readonly text: string
}

/** A list, or a text of them between commas or semicolons; groups may have a name before a colon. */
const list = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((value) => (typeof value === 'string' ? value.split(/[,;]/) : (value ?? [])).map((item) => item.slice(item.lastIndexOf(':') + 1).trim()).filter((item) => item !== ''))

const access = { allowed_globus_groups: list, allowed_domains: list }
const text = z.string().trim().min(1)

/** Sites that keep it as text write JSON in it. */
const settings = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((value) => (typeof value === 'string' ? parsedOr(value) : (value ?? {})), schema)

const endpointConfig = z.object({
  api_url: text.optional(),
  api_key_env_name: text.optional(),
  api_port: z.union([z.number(), z.string()]).nullish(),
  endpoint_uuid: z.string().nullish(),
  function_uuid: z.string().nullish(),
  batch_endpoint_uuid: z.string().nullish(),
})
export type EndpointConfig = z.infer<typeof endpointConfig>

const clusterFields = z.object({ cluster_name: text, cluster_adapter: z.string().default(''), ...access })
/** Before 2025 the settings of Globus Compute stood beside the other fields, and there was nothing else. */
const endpointFields = z.object({ cluster: text, framework: text, model: text, endpoint_adapter: z.string().default('GlobusComputeEndpoint'), config: settings(endpointConfig), ...endpointConfig.shape, ...access })

const entry = z.object({ model: z.string(), fields: z.record(z.string(), z.unknown()) })

/**
 * The entries of fixtures as `manage.py dumpdata` writes them: a list of `{model, pk, fields}`. It does not matter which file holds which.
 * @throws FirstError `invalid_request` that names the file and the place in it
 */
export function readFixtures(files: readonly FixtureFile[]): Fixtures {
  const clusters: FixtureCluster[] = []
  const endpoints: FixtureEndpoint[] = []
  const others = new Map<string, number>()
  for (const { path, text: content } of files) {
    for (const [index, value] of entriesOf(path, content).entries()) {
      const { model: kind, fields } = checked(entry, value, path, [index])
      const [, name = ''] = /^resource_server(?:_async)?\.(\w+)$/.exec(kind) ?? []
      if (name === 'cluster') {
        const { cluster_name, cluster_adapter, allowed_globus_groups, allowed_domains } = checked(clusterFields, fields, path, [index, 'fields'])
        clusters.push({ name: cluster_name, adapter: lastPart(cluster_adapter), groups: allowed_globus_groups, domains: allowed_domains })
      } else if (name === 'endpoint') {
        const { cluster, framework, model, endpoint_adapter, config, allowed_globus_groups, allowed_domains, ...old } = checked(endpointFields, fields, path, [index, 'fields'])
        endpoints.push({ where: `${path} [${index}]`, cluster, framework, model, adapter: lastPart(endpoint_adapter), config: { ...old, ...config }, groups: allowed_globus_groups, domains: allowed_domains })
      } else others.set(kind, (others.get(kind) ?? 0) + 1)
    }
  }
  const notes = Array.from(others, ([kind, count]) => `${count} ${count === 1 ? 'entry' : 'entries'} of ${kind} ${count === 1 ? 'is' : 'are'} no cluster and no endpoint, and left out.${kind.endsWith('federatedendpoint') ? ' A model that several clusters serve is federated here by itself.' : ''}`)
  return { clusters, endpoints, notes }
}

function entriesOf(path: string, content: string): readonly unknown[] {
  const withoutMark = content.replace(/^\uFEFF/, '')
  const value = parsedOr(withoutMark)
  if (value === withoutMark) {
    const { line, column, problem } = locateJsonError(withoutMark)
    throw wrong(`${path} is not valid JSON: ${problem} at line ${line}, column ${column}`)
  }
  if (!Array.isArray(value)) throw wrong(`${path} is no fixture of Django: it must be a list of entries with model, pk and fields`)
  return value
}

/** The text itself where it is no JSON. */
function parsedOr(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return content
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, path: string, at: readonly (string | number)[]): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const inside = issue?.path ?? []
  const place = [...at, ...inside].map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  const found = inside.reduce<unknown>((here, key) => (typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined), value)
  if (found === undefined) throw wrong(`${path} ${place} is missing`)
  throw wrong(`${path} ${place} ${issue?.code === 'invalid_type' ? `must be ${typeNames[issue.expected] ?? issue.expected}` : 'is not as a site has it'}`)
}

const typeNames: Readonly<Record<string, string>> = { string: 'text', object: 'a group of fields', record: 'a group of fields' }

const wrong = (message: string): FirstError => new FirstError('invalid_request', `${message}.`, { action: 'Correct the file, or leave it out; nothing was changed.' })

const lastPart = (pythonPath: string): string => pythonPath.slice(pythonPath.lastIndexOf('.') + 1)
