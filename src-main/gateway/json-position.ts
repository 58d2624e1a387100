export interface JsonError {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly problem: string
}

const space = /[ \t\n\r]*/y
const scalar = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end'

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
    const next = text[at]
    if (expected === 'comma or end' && open.length === 0) return place(text, at, 'unexpected text after the end')
    if (next === undefined) return place(text, at, 'unexpected end')
    const inside = open.at(-1)
    const closes = (next === ']' && inside === '[' && (expected === 'value or ]' || expected === 'comma or end')) || (next === '}' && inside === '{' && (expected === 'key or }' || expected === 'comma or end'))
    if (closes) {
      open.pop()
      at++
      expected = 'comma or end'
    } else if (expected === 'comma or end' || expected === 'colon') {
      if (next !== (expected === 'colon' ? ':' : ',')) break
      at++
      expected = expected === 'comma or end' && inside === '{' ? 'key' : 'value'
    } else if (expected === 'key' || expected === 'key or }') {
      if (!take(string)) break
      expected = 'colon'
    } else if (next === '{' || next === '[') {
      open.push(next)
      at++
      expected = next === '{' ? 'key or }' : 'value or ]'
    } else if (take(scalar)) expected = 'comma or end'
    else break
  }
  const wanted = expected === 'comma or end' ? 'a comma or the end of the list or object' : expected === 'colon' ? 'a colon' : expected.startsWith('key') ? 'a name in double quotes' : 'a value'
  return place(text, at, text[at] === '"' && wanted !== 'a colon' && expected !== 'comma or end' ? 'a string that does not end as it should begins' : `${wanted} was expected`)
}

function place(text: string, at: number, problem: string): JsonError {
  const before = text.slice(0, at)
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n'), problem }
}
