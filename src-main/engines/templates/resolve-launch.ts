import { basename } from 'node:path'
import type { LaunchedDeployment, LaunchTemplate } from '@shared/config/deployment'
import { secretReference } from '@shared/config/clusters'
import { FirstError } from '@shared/errors'
import { type EngineTemplate, engineTemplates, mostSlots, ownKeyVariable } from './engine-templates'
import { fillText, type LaunchText, type LaunchValue, parseText, type TextPart } from './launch-text'
import { LineProblem, splitLine } from './split-line'

/** How a deployment is started, but for what only its place knows. */
export interface Launch {
  /** The program and its arguments, one each; never for a shell to read. */
  readonly argv: readonly LaunchText[]
  /** What the template and the configuration set; the place adds PATH and the like. */
  readonly env: Readonly<Record<string, LaunchText>>
  /** Answers 200 when it is ready, below the origin and not below `/v1`. */
  readonly readyPath: string
  /** What a file of mode 0600 must hold, whose path `keyFile` in `argv` or `env` is. */
  readonly keyFile?: LaunchText
  /** False where it takes no key, and so may listen on loopback only. */
  readonly hasKey: boolean
}

const openNames: readonly string[] = ['host', 'port', 'key', 'keyFile'] satisfies LaunchValue[]
/** Those that a person may write, in `launch`, `args` and `env`. */
const publicNames = ['model', 'file', 'host', 'port', 'key', 'gpus', 'nodes'] as const
const defaultReadyPath = '/health'
const usualTemplates: Readonly<Record<LaunchedDeployment['framework'], LaunchTemplate | undefined>> = { vllm: 'vllm', infinity: 'infinity', llama: 'llama', api: undefined }

/**
 * The command of a deployment: its `launch` line, else its template, else its framework's. `${gpus}` is how many it has on a node.
 * @throws FirstError `config_invalid` that names the field, and in a line the column
 */
export function resolveLaunch(deployment: LaunchedDeployment): Launch {
  const own = resolveEnv(deployment)
  if (deployment.launch !== undefined) return lineLaunch(deployment, deployment.launch, own)
  const name = deployment.template ?? usualTemplates[deployment.framework]
  if (name === undefined) throw invalid(deployment, 'launch', 'is missing: say how to start it, or name a template')
  return templateLaunch(deployment, name, own)
}

function resolveEnv(deployment: LaunchedDeployment): Record<string, LaunchText> {
  // A secret is put in by whoever starts it; until then its reference stands for itself.
  return Object.fromEntries(Object.entries(deployment.env).map(([name, text]) => [name, secretReference.safeParse(text).success ? [text] : publicText(deployment, parseText(text), `env.${name}`)]))
}

function lineLaunch(deployment: LaunchedDeployment, line: string, own: Record<string, LaunchText>): Launch {
  const { argv: words, keyVariable } = keyOffTheLine(splitOf(deployment, line).map((word) => publicText(deployment, word, 'launch')))
  const argv = [...words, ...argsOf(deployment)]
  const env = { [keyVariable]: [{ value: 'key' }] satisfies LaunchText, ...own }
  const hasKey = keyVariable !== ownKeyVariable || [...argv, ...Object.values(own)].some(namesKey)
  return { argv, env, readyPath: deployment.ready.path, hasKey }
}

/** An engine that can read its key from a variable gets it there, also where the line gives it as people are used to. */
function keyOffTheLine(argv: readonly LaunchText[]): { readonly argv: readonly LaunchText[]; readonly keyVariable: string } {
  const shown = argv.map((text) => fillText(text, (name) => `\${${name}}`))
  const known = Object.values(engineTemplates).find(({ argv: [program], keyVariable }) => keyVariable !== undefined && program === basename(shown[0] ?? ''))
  const at = shown.findIndex((text, index) => text === '--api-key=${key}' || (text === '--api-key' && shown[index + 1] === '${key}'))
  if (known?.keyVariable === undefined || at < 0) return { argv, keyVariable: ownKeyVariable }
  return { argv: argv.toSpliced(at, shown[at] === '--api-key' ? 2 : 1), keyVariable: known.keyVariable }
}

function argsOf(deployment: LaunchedDeployment): readonly LaunchText[] {
  return deployment.args.map((text, index) => publicText(deployment, parseText(text), `args[${index}]`))
}

function templateLaunch(deployment: LaunchedDeployment, name: LaunchTemplate, own: Record<string, LaunchText>): Launch {
  const template: EngineTemplate = engineTemplates[name]
  if (deployment.resources.nodes > 1) throw invalid(deployment, 'resources.nodes', `is ${deployment.resources.nodes}, and the template ${name} starts an engine on one node: write a launch line that starts it on several`)
  const values = templateValues(deployment)
  const text = (source: string): LaunchText =>
    close(parseText(source), (wanted) => values[wanted] ?? fail(deployment, wanted === 'file' ? 'file' : 'template', `is missing: the template ${name} needs it`))
  const isKnown = (source: string): boolean => parseText(source).every((part) => typeof part === 'string' || openNames.includes(part.value) || values[part.value] !== undefined)
  const env = Object.fromEntries(Object.entries(template.env).map(([variable, source]) => [variable, text(source)]))
  return {
    argv: [...[...template.argv, ...template.options.filter((option) => option.every(isKnown)).flat()].map(text), ...argsOf(deployment)],
    env: { ...env, ...(template.keyVariable !== undefined && { [template.keyVariable]: [{ value: 'key' }] satisfies LaunchText }), ...own },
    readyPath: deployment.ready.path === defaultReadyPath ? template.readyPath : deployment.ready.path,
    ...(template.keyFile !== undefined && { keyFile: text(template.keyFile) }),
    hasKey: template.keyVariable !== undefined || template.keyFile !== undefined,
  }
}

function templateValues({ model, file, contextTokens, requestsPerReplica, resources }: LaunchedDeployment): Readonly<Record<string, string | undefined>> {
  const slots = Math.min(requestsPerReplica, mostSlots)
  return {
    model,
    file,
    weights: file ?? model,
    slots: String(slots),
    gpus: resources.gpus > 0 ? String(resources.gpus) : undefined,
    context: contextTokens?.toString(),
    contexts: contextTokens === undefined ? undefined : String(contextTokens * slots),
  }
}

function publicText(deployment: LaunchedDeployment, parts: readonly TextPart<string>[], field: string): LaunchText {
  const { model, file, resources } = deployment
  const values: Readonly<Record<string, string | undefined>> = { model, file, gpus: String(resources.gpus), nodes: String(resources.nodes) }
  return close(parts, (name) => {
    const value = values[name]
    if (value !== undefined) return value
    if (name === 'file') return fail(deployment, 'file', `is missing: ${field} names \${file}`)
    return fail(deployment, field, `names \${${name}}, which stands for nothing; there are ${publicNames.map((each) => `\${${each}}`).join(' ')}, and $\${${name}} means these characters themselves`)
  }, publicNames)
}

/** Puts in what is known by now and leaves the rest open. */
function close(parts: readonly TextPart<string>[], valueOf: (name: string) => string, open: readonly string[] = openNames): LaunchText {
  const isOpen = (name: string): name is LaunchValue => open.includes(name) && openNames.includes(name)
  return parts.map((part) => (typeof part === 'string' ? part : isOpen(part.value) ? { value: part.value } : valueOf(part.value)))
}

function splitOf(deployment: LaunchedDeployment, line: string): ReturnType<typeof splitLine> {
  try {
    return splitLine(line)
  } catch (cause) {
    if (cause instanceof LineProblem) throw invalid(deployment, 'launch', `at column ${cause.column}: ${cause.message}`)
    throw cause
  }
}

function namesKey(text: LaunchText): boolean {
  return text.some((part) => typeof part === 'object' && part.value === 'key')
}

function fail(deployment: LaunchedDeployment, field: string, what: string): never {
  throw invalid(deployment, field, what)
}

function invalid({ model }: LaunchedDeployment, field: string, what: string): FirstError {
  return new FirstError('config_invalid', `${field} of "${model}" ${what}.`, { param: field })
}

/** What a place knows when it starts a replica. */
export interface LaunchValues {
  readonly host: string
  readonly port: number
  readonly key: string
  /** Path of the file that holds `Launch.keyFile`; given where there is one. */
  readonly keyFile?: string
}

/** The whole of a launch, for a place that starts processes itself; one that writes job scripts reads the parts. */
export function fillLaunch(launch: Launch, values: LaunchValues): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const valueOf = (name: LaunchValue): string => String(values[name] ?? '')
  return {
    argv: launch.argv.map((text) => fillText(text, valueOf)),
    env: Object.fromEntries(Object.entries(launch.env).map(([name, text]) => [name, fillText(text, valueOf)])),
  }
}
