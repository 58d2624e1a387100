import { Button, type ButtonProps } from '@renderer/ui/button'
import { tell } from '@renderer/ui/tell'
import { FileUp } from 'lucide-react'
import { useRef } from 'react'
import { filesOf, useTakeDropped } from './take-dropped'

/** The system's dialog for the file, for those who do not drop it. */
export function ChooseFile({ look = 'primary', children }: Pick<ButtonProps, 'look'> & { readonly children: string }) {
  const take = useTakeDropped()
  const field = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button look={look} onClick={() => field.current?.click()}>
        <FileUp strokeWidth={1.75} aria-hidden />
        {children}
      </Button>
      <input
        ref={field}
        type="file"
        hidden
        aria-label="Batch file"
        accept=".jsonl,.ndjson,.json,.txt"
        onChange={(event) => {
          const chosen = filesOf(event.target.files)
          // The same file again is a choice too.
          event.target.value = ''
          if (chosen.length > 0) take(chosen).catch(tell)
        }}
      />
    </>
  )
}
