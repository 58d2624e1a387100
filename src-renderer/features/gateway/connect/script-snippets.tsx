import { Choice } from '@renderer/ui/choice'
import { CodeBlock } from '@renderer/ui/markdown/code-block'
import { useState } from 'react'
import type { SnippetGroup } from './group-snippets'

export function ScriptSnippets({ groups }: { readonly groups: readonly SnippetGroup[] }) {
  const [id, setId] = useState<string>()
  const shown = groups.find((group) => group.id === id) ?? groups[0]
  if (shown === undefined) return null
  return (
    <section className="mt-8">
      <div className="mb-2 flex flex-wrap items-end justify-between gap-2">
        <h2 className="text-sm font-semibold">Scripts</h2>
        <Choice label="Language" value={shown.id} options={groups.map((group) => ({ value: group.id, label: group.title }))} onChange={setId} />
      </div>
      {shown.parts.map(({ id: part, text, language }) => (
        <CodeBlock key={part} code={text.trimEnd()} language={language} title={shown.title} isComplete />
      ))}
    </section>
  )
}
