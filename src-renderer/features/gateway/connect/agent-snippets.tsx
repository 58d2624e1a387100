import { Choice } from '@renderer/ui/choice'
import { CodeBlock } from '@renderer/ui/markdown/code-block'
import { useState } from 'react'
import type { SnippetGroup } from './group-snippets'

export function AgentSnippets({ groups, model }: { readonly groups: readonly SnippetGroup[]; readonly model: string }) {
  const [id, setId] = useState<string>()
  const shown = groups.find((group) => group.id === id) ?? groups[0]
  if (shown === undefined) return null
  const command = `first-desktop agent configure ${shown.id} --model ${model}`
  return (
    <section className="mt-8">
      <div className="mb-2 flex flex-wrap items-end justify-between gap-2">
        <h2 className="text-sm font-semibold">Agents</h2>
        <Choice label="Agent" value={shown.id} options={groups.map((group) => ({ value: group.id, label: group.title }))} onChange={setId} />
      </div>
      <p className="mb-2 text-sm text-ink-soft">
        One command does it, on this machine: it shows the change, keeps a copy of the file as it was, and makes a key of its own for {shown.title}.{' '}
        <code className="font-mono text-xs">first-desktop agent undo {shown.id}</code> puts everything back.
      </p>
      <CodeBlock code={command} language="bash" title="Command" isComplete />
      <p className="mt-4 mb-2 text-sm text-ink-soft">Or by hand, on any machine:</p>
      <div className="flex flex-col gap-3">
        {shown.parts.map(({ id: part, text, language, file }) => (
          <CodeBlock key={part} code={text.trimEnd()} language={language} isComplete {...(file !== undefined && { title: file })} />
        ))}
      </div>
    </section>
  )
}
