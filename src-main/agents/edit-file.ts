import type { AgentFile } from '@shared/agents/agent'
import { FirstError } from '@shared/errors'
import { FormatProblem, type ConfigFormat } from './config-format'
import { jsonFormat } from './json-format'
import { tomlFormat } from './toml-format'
import { isGroup, isSame, valueAt, withSteps, type ConfigValues, type Step } from './values'

const formats: Readonly<Record<AgentFile['format'], ConfigFormat>> = { json: jsonFormat, toml: tomlFormat }

/** @throws FirstError `config_invalid` that names the file and the line */
export function parseAgentFile(format: AgentFile['format'], text: string, path: string): ConfigValues {
  try {
    return formats[format].parse(text)
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) throw cause
    throw new FirstError('config_invalid', `The file ${path} cannot be read, line ${cause.line}: ${cause.message}.`, { cause, action: 'Correct that line and run the command again; the file was left as it is.' })
  }
}

/**
 * The text after the steps, read again to be sure of it.
 * @throws FirstError `config_invalid` when the file is written in a way that these steps do not fit
 */
export function editAgentFile(format: AgentFile['format'], text: string, steps: readonly Step[], path: string): string {
  if (steps.length === 0) return text
  const values = parseAgentFile(format, text, path)
  const edited = steps.every((step) => isFree(values, step.path)) ? attempt(format, text, steps) : undefined
  if (edited === undefined || !isSame(withSteps(values, steps), edited.values)) {
    const places = steps.map((step) => step.path.join('.')).join(', ')
    throw new FirstError('config_invalid', `The file ${path} is written in a way that cannot be edited safely (${places}).`, { action: 'Make the change by hand: the Gateway page has it ready to copy. The file was left as it is.' })
  }
  return edited.text
}

/** Whether nothing but groups is on the way to a place. */
function isFree(values: ConfigValues, path: readonly string[]): boolean {
  return path.slice(0, -1).every((_name, index) => {
    const found = valueAt(values, path.slice(0, index + 1))
    return found === undefined || isGroup(found)
  })
}

function attempt(format: AgentFile['format'], text: string, steps: readonly Step[]): { text: string; values: ConfigValues } | undefined {
  try {
    const edited = formats[format].apply(text, steps)
    return { text: edited, values: formats[format].parse(edited) }
  } catch (cause) {
    if (cause instanceof FormatProblem) return undefined
    throw cause
  }
}
