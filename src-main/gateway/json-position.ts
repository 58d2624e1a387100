export interface JsonError {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly problem: string
}

const space = /[ \t\n\r]*/y
// Unrolled, so that a string of many megabytes that does not end costs one pass.
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y

const wording = {
  value: 'a value was expected',
  firstValue: 'a value or ] was expected',
  name: 'a name in double quotes was expected',
  firstName: 'a name in double quotes or } was expected',
  colon: 'a colon was expected',
  comma: 'a comma or a closing bracket was expected',
} as const
type Expected = keyof typeof wording

/** Where text stops being JSON (RFC 8259): V8 says so in some of its messages only. `text` is known not to be JSON. */
export function locateJsonError(text: string): JsonError {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = 0
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  for (;;) {
    take(space)
    const sign = text[at]
    const inside = open.at(-1)
    if (expected === 'comma' && inside === undefined) return place(text, at, 'there is something after the end')
    if (sign === undefined) return place(text, at, 'it ends too early')
    if (closes(sign, inside, expected)) {
      open.pop()
      at++
      expected = 'comma'
    } else if (expected === 'comma' && sign === ',') {
      at++
      expected = inside === '{' ? 'name' : 'value'
    } else if (expected === 'colon' && sign === ':') {
      at++
      expected = 'value'
    } else if ((expected === 'name' || expected === 'firstName') && take(string)) expected = 'colon'
    else if (!expected.toLowerCase().endsWith('value')) return place(text, at, wording[expected])
    else if (sign === '{' || sign === '[') {
      open.push(sign)
      at++
      expected = sign === '{' ? 'firstName' : 'firstValue'
    } else if (take(string) || take(scalar)) expected = 'comma'
    else return place(text, at, sign === '"' ? 'a string begins that is not a valid one' : wording[expected])
  }
}

function closes(sign: string, inside: '{' | '[' | undefined, expected: Expected): boolean {
  if (sign === '}') return inside === '{' && (expected === 'firstName' || expected === 'comma')
  return sign === ']' && inside === '[' && (expected === 'firstValue' || expected === 'comma')
}

function place(text: string, at: number, problem: string): JsonError {
  const before = text.slice(0, at)
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n'), problem }
}
