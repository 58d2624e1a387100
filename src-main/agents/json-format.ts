import { applyEdits, modify, parse, printParseErrorCode, type FormattingOptions, type ParseError } from 'jsonc-parser'
import { FormatProblem, type ConfigFormat } from './config-format'
import { isGroup, valueAt, type Step } from './values'

const problems: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that JSON does not know',
  PropertyNameExpected: 'a name in quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'something follows the end',
  UnexpectedEndOfString: 'a text has no closing quote',
  UnexpectedEndOfComment: 'a comment has no end',
}

/** JSON, also with comments and commas at ends of lists; all of it stays. */
export const jsonFormat: ConfigFormat = {
  parse(text) {
    if (isBlank(text)) return {}
    const errors: ParseError[] = []
    const values: unknown = parse(text, errors, { allowTrailingComma: true })
    const [first] = errors
    if (first !== undefined) throw new FormatProblem(lineOf(text, first.offset), problems[printParseErrorCode(first.error)] ?? 'it is not JSON')
    if (!isGroup(values)) throw new FormatProblem(1, 'it does not hold an object')
    return values
  },
  apply(text, steps) {
    const formattingOptions = formattingOf(text)
    const start = isBlank(text) ? `{}${formattingOptions.eol}` : text
    return steps.reduce((edited, step) => applyEdits(edited, modify(edited, reach(edited, step), step.value, { formattingOptions })), start)
  },
}

/** What a removal is aimed at: the highest group that holds nothing else. */
function reach(text: string, { path, value }: Step): string[] {
  const target = [...path]
  if (value !== undefined) return target
  const values: unknown = parse(text)
  while (target.length > 1) {
    const parent = valueAt(values, target.slice(0, -1))
    if (!isGroup(parent) || Object.keys(parent).length > 1) break
    target.pop()
  }
  return target
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function formattingOf(text: string): FormattingOptions & { eol: string } {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  '
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.startsWith('\t') ? 1 : indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' }
}
