import { Button } from '@renderer/ui/button'
import { TextArea } from '@renderer/ui/field'
import { IconButton } from '@renderer/ui/icon-button'
import { Popover } from '@renderer/ui/popover'
import type { ChatParameters } from '@shared/domain/conversation'
import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import type { Chat } from '../use-chat'
import { NumberRow } from './number-row'

interface Row {
  readonly key: keyof ChatParameters
  readonly label: string
  readonly hint: string
  readonly min: number
  /** With a largest value there is a slider. */
  readonly max?: number
  readonly step: number
}

const rows: readonly Row[] = [
  { key: 'temperature', label: 'Temperature', hint: '0 repeats itself, 1 varies, 2 wanders', min: 0, max: 2, step: 0.05 },
  { key: 'topP', label: 'Top-p', hint: 'Draws from the likeliest words that make up this share', min: 0, max: 1, step: 0.01 },
  { key: 'maxTokens', label: 'Longest answer', hint: 'Tokens; empty leaves it to the model', min: 1, step: 1 },
  { key: 'seed', label: 'Seed', hint: 'The same seed and question give the same answer, where the model can', min: 0, step: 1 },
]

/** How the model is asked in this conversation. */
export function Parameters({ chat }: { readonly chat: Chat }) {
  const [isOpen, setIsOpen] = useState(false)
  const { parameters, systemPrompt, configure } = chat
  const isChanged = systemPrompt !== '' || Object.keys(parameters).length > 0
  const set = (key: keyof ChatParameters, value: number | undefined) => {
    const others = Object.entries(parameters).filter(([each]) => each !== key)
    configure({ parameters: Object.fromEntries(value === undefined ? others : [...others, [key, value]]) })
  }
  return (
    <Popover
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      label="Parameters"
      side="top"
      className="max-h-[min(36rem,calc(100dvh-8rem))] w-96 overflow-y-auto"
      trigger={
        <IconButton
          icon={SlidersHorizontal}
          label={isChanged ? 'Parameters and system prompt (changed)' : 'Parameters and system prompt'}
          side="top"
          className={isChanged ? 'text-accent hover:text-accent' : undefined}
        />
      }
    >
      <div className="flex flex-col gap-4 p-4">
        <div className="flex h-7 items-center justify-between">
          <h2 className="text-sm font-semibold">For this conversation</h2>
          <Button look="quiet" className="h-7 px-2" disabled={!isChanged} onClick={() => configure({ parameters: {}, systemPrompt: '' })}>
            Reset
          </Button>
        </div>
        <TextArea
          label="System prompt"
          placeholder="You are a careful assistant for materials science."
          hint="Sent before every message."
          value={systemPrompt}
          onChange={(event) => configure({ systemPrompt: event.target.value })}
        />
        {rows.map(({ key, ...row }) => (
          <NumberRow key={key} {...row} value={parameters[key]} onChange={(value) => set(key, value)} />
        ))}
      </div>
    </Popover>
  )
}
