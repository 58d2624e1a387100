/** What is known only where and when a replica starts; `keyFile` is the path of the file that `Launch.keyFile` tells of. */
export type LaunchValue = 'host' | 'port' | 'key' | 'keyFile'

/** Text as it is, or the name of a value. */
export type TextPart<Name extends string> = string | { readonly value: Name }

/** One argument, or one value of the environment, with what is still open in it. */
export type LaunchText = readonly TextPart<LaunchValue>[]

/** `$${x}` stands for `${x}` itself. */
const marks = /\$(\$\{)|\$\{([^}]*)\}/g

/** Splits `--port=${port}` into its text and the names in it; nothing is said of what the names are. */
export function parseText(text: string): readonly TextPart<string>[] {
  const parts: TextPart<string>[] = []
  let end = 0
  for (const mark of text.matchAll(marks)) {
    const [whole, escaped, name] = mark
    parts.push(text.slice(end, mark.index), name === undefined ? (escaped ?? '') : { value: name })
    end = mark.index + whole.length
  }
  return joinParts([...parts, text.slice(end)])
}

/** Texts beside each other become one, and empty ones go. */
export function joinParts<Name extends string>(parts: readonly TextPart<Name>[]): readonly TextPart<Name>[] {
  const joined: TextPart<Name>[] = []
  for (const part of parts) {
    const before = joined.at(-1)
    if (typeof part === 'string' && typeof before === 'string') joined[joined.length - 1] = before + part
    else if (part !== '') joined.push(part)
  }
  return joined
}

/** Puts values in for names; one argument stays one argument, whatever is in a value. */
export function fillText<Name extends string>(text: readonly TextPart<Name>[], valueOf: (name: Name) => string): string {
  return text.map((part) => (typeof part === 'string' ? part : valueOf(part.value))).join('')
}
