import { joinParts, parseText, type TextPart } from './launch-text'

/** What is wrong in a line; `column` counts from 1. */
export class LineProblem extends Error {
  constructor(
    readonly column: number,
    message: string,
  ) {
    super(message)
    this.name = 'LineProblem'
  }
}

const spaces = ' \t\r\n'
/** After a backslash within double quotes only these lose it (POSIX, "Shell Command Language", 2.2.3). */
const escapable = '$`"\\'
const needsShell = 'would need a shell, and there is none'

type Word = readonly TextPart<string>[]

/**
 * Splits a command line into its arguments as a POSIX shell reads words: quotes and backslashes, and nothing else. `${name}` is a name
 * wherever it stands, also within single quotes; `\${name}` and `$${name}` are those characters.
 * @throws LineProblem for a quote that is not closed, and for what only a shell would do: pipes, redirections, variables
 */
export function splitLine(line: string): readonly Word[] {
  const words: Word[] = []
  let word: TextPart<string>[] | undefined
  let at = 0
  const take = (...parts: TextPart<string>[]): void => void (word = [...(word ?? []), ...parts])
  const fail = (column: number, message: string): never => {
    throw new LineProblem(column + 1, message)
  }
  const takeOne = (): void => take(line[at++] ?? '')

  const single = (): void => {
    const close = line.indexOf("'", at + 1)
    if (close < 0) fail(at, "the quote ' is not closed")
    take(...parseText(line.slice(at + 1, close)))
    at = close + 1
  }

  const double = (): void => {
    const open = at++
    take('')
    while (line[at] !== '"') {
      const char = line[at] ?? fail(open, 'the quote " is not closed')
      if (char === '\\' && line[at + 1] === '\n') at += 2
      else if (char === '\\' && escapable.includes(line[at + 1] ?? ' ')) backslash()
      else if (char === '$') dollar()
      else if (char === '`') fail(at, `${char} ${needsShell}`)
      else takeOne()
    }
    at++
  }

  const dollar = (): void => {
    const name = /^\$?\$\{[^}]*\}?/.exec(line.slice(at))?.[0]
    if (name?.endsWith('}') === false) fail(at, '${ is not closed by }')
    const variable = /^\$(?:[A-Za-z_]\w*|[(0-9@*#?!-])/.exec(line.slice(at))?.[0]
    if (variable !== undefined) fail(at, `${variable} ${needsShell}: write the value itself, or quote it with '…' to mean these characters`)
    take(...parseText(name ?? '$'))
    at += (name ?? '$').length
  }

  const backslash = (): void => {
    at++
    if (line[at] === undefined) fail(at - 1, 'there is nothing after the backslash')
    if (line[at] === '\n') at++
    else takeOne()
  }

  const assignment = /^\s*([A-Za-z_]\w*)=/.exec(line)
  if (assignment) fail(assignment[0].search(/\S/), `${assignment[1] ?? ''}=… ${needsShell}: put variables in «env»`)
  while (at < line.length) {
    const char = line[at] ?? ''
    if (spaces.includes(char)) {
      if (word !== undefined) words.push(joinParts(word))
      word = undefined
      at++
    } else if (char === "'") single()
    else if (char === '"') double()
    else if (char === '\\') backslash()
    else if (char === '$') dollar()
    else if ('|&;<>()`'.includes(char)) fail(at, `${char} ${needsShell}: quote it with '…', or put the commands in a script and start that`)
    else if (word === undefined && /^~(?:[/\s]|$)/.test(line.slice(at))) fail(at, `~ ${needsShell}: write the whole path`)
    else takeOne()
  }
  if (word !== undefined) words.push(joinParts(word))
  if (words.length === 0) fail(0, 'there is no command in it')
  return words
}
