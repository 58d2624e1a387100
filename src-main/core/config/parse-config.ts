import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { configSchema, type Config, type ConfigProblem } from '@shared/config/schema'
import { launchProblems } from './launch-problems'
import { problemsOf } from './problem-text'

export interface ParsedConfig {
  /** Absent when there are problems. */
  readonly config?: Config
  readonly problems: readonly ConfigProblem[]
  /** Comments and order as written; edits go through it. */
  readonly document: Document
}

/** One slip often makes many; the first few say it. */
const mostProblems = 10

/** Reads the text of config.yaml; each problem names its line, its column and its key. Never throws for bad text. */
export function parseConfig(text: string): ParsedConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  if (document.errors.length > 0) return { document, problems: tellingErrors(document).slice(0, mostProblems).map(({ code, message, pos }) => syntaxProblem({ code, message, after: text.slice(pos[0], pos[0] + 40), offset: pos[0] }, lines)) }
  const value = plainValue(document)
  if (value instanceof Error) return { document, problems: [{ line: 1, column: 1, key: '', message: value.message }] }
  const parsed = configSchema.safeParse(value ?? {})
  const found = parsed.success ? launchProblems(parsed.data) : parsed.error.issues.slice(0, mostProblems).flatMap((issue) => problemsOf(issue, configSchema, value))
  if (parsed.success && found.length === 0) return { document, problems: [], config: parsed.data }
  const problems = found.map(({ path, message }) => ({ ...positionOf(document, lines, path), key: keyText(path), message }))
  return { document, problems: problems.sort((one, other) => one.line - other.line || one.column - other.column).slice(0, mostProblems) }
}

/** What is read after a tab is read askew: the tabs alone are the mistake. */
function tellingErrors({ errors }: Document): Document['errors'] {
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT')
  return tabs.length > 0 ? tabs : errors
}

/** An alias that is expanded without end is refused by the library with an error. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause))
  }
}

interface SyntaxProblem {
  readonly code: string
  readonly message: string
  /** The text from the fault on, a little of it. */
  readonly after: string
  readonly offset: number
}

function syntaxProblem({ code, message, after, offset }: SyntaxProblem, lines: LineCounter): ConfigProblem {
  const { line, col } = lines.linePos(offset)
  return { line, column: col, key: '', message: syntaxSentences[code]?.(after) ?? message }
}

/** The library's own words, where they do not say to a person what to do; by its codes. */
const syntaxSentences: Readonly<Record<string, (after: string) => string>> = {
  TAB_AS_INDENT: () => 'this line is indented with a tab; YAML takes spaces only, so put spaces in its place',
  DUPLICATE_KEY: (after) => `there is another ${keyOf(after)} in the same group; join the two`,
  MULTIPLE_DOCS: () => 'a second document begins here; take this line (---) out',
}

const keyOf = (after: string): string => /^[\w.-]+/.exec(after)?.[0] ?? 'key of this name'

/** Where a key stands; what is missing is shown at the nearest group that is there. */
function positionOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): { line: number; column: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = offsetOf(document, path.slice(0, length))
    if (offset === undefined) continue
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  return { line: 1, column: 1 }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const last = path.at(-1)
  if (isMap(parent) && last !== undefined) {
    const key = parent.items.map((pair) => pair.key).find((candidate) => isScalar(candidate) && candidate.value === last)
    return isScalar(key) ? key.range?.[0] : undefined
  }
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  return isNode(node) ? node.range?.[0] : undefined
}

/** As a person would say it: `clusters[1].url`. */
function keyText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`), '')
}

/** All problems of a file, one a line: `config.yaml:3:5 gateway.prot: …`. */
export function problemLines(path: string, problems: readonly ConfigProblem[]): string {
  return problems.map(({ line, column, key, message }) => `${path}:${line}:${column} ${key === '' ? '' : `${key}: `}${message}`).join('\n')
}
