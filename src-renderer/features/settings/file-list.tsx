import { bytes, tokens } from '@renderer/ui/format'
import { cn } from '@renderer/ui/cn'
import type { ModelFile } from '@shared/domain/model-file'
import { RadioGroup } from 'radix-ui'

const sources: Record<ModelFile['source'], string> = {
  huggingface: 'Hugging Face',
  'lm-studio': 'LM Studio',
  ollama: 'Ollama',
  'llama.cpp': 'llama.cpp',
  chosen: 'chosen by you',
}

export interface FileListProps {
  readonly files: readonly ModelFile[]
  readonly chosenPath: string | undefined
  readonly onChoose: (file: ModelFile) => void
}

export function FileList({ files, chosenPath, onChoose }: FileListProps) {
  if (files.length === 0)
    return <p className="rounded-lg bg-sunken px-3 py-4 text-center text-sm text-ink-mute">No GGUF file in the folders of Hugging Face, LM Studio, Ollama and llama.cpp.</p>
  const choose = (path: string) => {
    const file = files.find((each) => each.path === path)
    if (file !== undefined) onChoose(file)
  }
  return (
    <RadioGroup.Root
      aria-label="Model files"
      value={chosenPath ?? ''}
      onValueChange={choose}
      className="max-h-72 divide-y divide-line overflow-y-auto rounded-lg border border-line"
    >
      {files.map((file) => (
        <RadioGroup.Item
          key={file.path}
          value={file.path}
          disabled={file.problem !== undefined}
          title={file.path}
          className="group flex w-full items-center gap-3 px-3 py-2 text-left focus-visible:-outline-offset-2 enabled:hover:bg-hover data-[state=checked]:bg-accent-soft"
        >
          <span className="flex size-4 shrink-0 items-center justify-center rounded-full border border-control group-data-[state=checked]:border-accent group-disabled:opacity-40">
            <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
          </span>
          <span className="min-w-0 flex-1">
            <span className={cn('block truncate text-sm', file.problem !== undefined && 'text-ink-mute')}>{file.name}</span>
            <span className={cn('block text-xs', file.problem === undefined ? 'text-ink-mute' : 'text-fail')}>
              {file.problem ?? [sources[file.source], file.architecture].filter((part) => part !== undefined).join(', ')}
            </span>
          </span>
          <span className="shrink-0 text-right text-xs text-ink-mute tabular-nums">
            {file.sizeBytes > 0 && <span className="block">{bytes(file.sizeBytes)}</span>}
            {file.contextTokens !== undefined && <span className="block">{tokens(file.contextTokens)} context</span>}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
