import type { Snippet } from '@shared/snippets'

/** One script or one agent, with all that is to be pasted for it. */
export interface SnippetGroup {
  readonly id: string
  readonly title: string
  readonly parts: readonly [Snippet, ...Snippet[]]
}

/** Scripts apart from agents; an agent with several files is one. */
export function groupSnippets(all: readonly Snippet[]): { readonly scripts: readonly SnippetGroup[]; readonly agents: readonly SnippetGroup[] } {
  const groups = new Map<string, SnippetGroup>()
  for (const snippet of all) {
    const group = groups.get(snippet.title)
    groups.set(snippet.title, group === undefined ? { id: snippet.id, title: snippet.title, parts: [snippet] } : { ...group, parts: [...group.parts, snippet] })
  }
  const every = [...groups.values()]
  return { scripts: every.filter(({ parts }) => parts[0].file === undefined), agents: every.filter(({ parts }) => parts[0].file !== undefined) }
}
