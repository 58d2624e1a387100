const longest = 60

/** A title for a chat from its first question: its first sentence, without Markdown, at most 60 characters. */
export function deriveTitle(text: string): string {
  const plain = text
    .replace(/```[^\n]*\n?|~~~[^\n]*\n?/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d+[.)][ \t]+)/gm, '')
    .replace(/(\*\*|__|~~|`|\*)(?=\S)(.+?)\1/g, '$2')
  const firstLine = plain.split('\n').find((line) => line.trim() !== '') ?? ''
  const line = firstLine.replace(/\s+/g, ' ').trim()
  const sentence = /^.{3,}?[.?!。？！](?=\s|$)/u.exec(line)?.[0] ?? line
  const clean = sentence.replace(/[.。]$/, '')
  if (clean === '') return 'New chat'
  const characters = Array.from(clean)
  if (characters.length <= longest) return clean
  const cut = characters.slice(0, longest - 1).join('')
  const lastSpace = cut.lastIndexOf(' ')
  return `${(lastSpace > longest / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`
}
