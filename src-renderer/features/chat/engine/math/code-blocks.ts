export interface Segment {
  readonly kind: 'code' | 'text'
  readonly text: string
}

const fenceStart = /^(?:[ \t]*(?:>|[-*+]|\d+[.)])(?=[ \t]))*[ \t]*(`{3,}|~{3,})([^\n]*)/
const listItem = /^[ \t]*(?:[-*+]|\d+[.)])[ \t]/
const indented = /^(?: {4}|\t)/

/** Cuts Markdown into code blocks, fenced or indented, and the text between them; joined again it is the same. A fence that is not closed goes to the end. */
export function splitCodeBlocks(markdown: string): Segment[] {
  const segments: { kind: Segment['kind']; text: string }[] = []
  let fence: string | undefined
  let isInList = false
  let isAfterBlank = true
  let isIndentedCode = false

  function add(kind: Segment['kind'], line: string): void {
    const last = segments.at(-1)
    if (last?.kind === kind) last.text += line
    else segments.push({ kind, text: line })
  }

  for (const line of markdown.split(/(?<=\n)/)) {
    if (fence !== undefined) {
      add('code', line)
      if (closes(line, fence)) fence = undefined
      continue
    }
    const [, marks, info] = fenceStart.exec(line) ?? []
    // Three backticks and more on the same line are a code span.
    if (marks !== undefined && !(marks.startsWith('`') && info?.includes('`'))) {
      fence = marks
      add('code', line)
      continue
    }
    const isBlank = line.trim() === ''
    if (!isBlank) {
      if (listItem.test(line)) isInList = true
      else if (!/^[ \t]/.test(line)) isInList = false
      isIndentedCode = indented.test(line) && !isInList && (isAfterBlank || isIndentedCode)
    }
    add(isIndentedCode ? 'code' : 'text', line)
    isAfterBlank = isBlank
  }
  return segments
}

function closes(line: string, fence: string): boolean {
  const marks = line.replace(/^(?:[ \t]*>)*[ \t]*/, '').trimEnd()
  return marks.length >= fence.length && marks === (fence[0] ?? '').repeat(marks.length)
}
