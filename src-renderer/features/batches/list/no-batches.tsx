import { Button } from '@renderer/ui/button'
import { tell } from '@renderer/ui/tell'
import { FileUp } from 'lucide-react'
import { ChooseFile } from '../choose-file'
import { useTakeDropped } from '../take-dropped'
import { sampleFile } from './sample'

const example = '{"custom_id": "q-1", "method": "POST", "url": "/v1/chat/completions",\n "body": {"messages": [{"role": "user", "content": "Why is the sky blue?"}]}}'

/** What a batch is, and three ways to the first one. */
export function NoBatches() {
  const take = useTakeDropped()
  const trySample = () => {
    const file = sampleFile()
    take([{ name: file.name, isFolder: false, file }]).catch(tell)
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-8 pb-8">
      <div className="mx-auto flex max-w-2xl flex-col items-center rounded-xl border border-dashed border-control px-8 py-10 text-center">
        <FileUp className="size-6 text-accent" strokeWidth={1.5} aria-hidden />
        <h2 className="mt-3 text-base font-semibold">Drop a JSONL file anywhere in this window</h2>
        <p className="mt-1 max-w-md text-sm text-ink-soft">
          A batch is many requests in one file. They run in the background, on whichever cluster has room, and each gets exactly one result, also when this computer sleeps or restarts in between.
        </p>
        <div className="mt-5 flex flex-wrap justify-center gap-2">
          <ChooseFile>Choose a file</ChooseFile>
          <Button onClick={trySample}>Try a sample of 3 requests</Button>
        </div>
        <div className="mt-8 w-full text-left">
          <p className="mb-1 text-xs text-ink-mute">One line of such a file</p>
          <pre tabIndex={0} aria-label="One line of such a file" className="overflow-x-auto rounded-lg bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere">
            {example}
          </pre>
          <p className="mt-2 text-xs text-ink-mute">The file is checked before anything runs: each mistake is shown with its line and how to correct it.</p>
        </div>
      </div>
    </div>
  )
}
