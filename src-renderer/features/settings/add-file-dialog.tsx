import { useCoreClient, useSession } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { Dialog } from '@renderer/ui/dialog'
import { TextField } from '@renderer/ui/field'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { Spinner } from '@renderer/ui/spinner'
import type { ModelFile } from '@shared/domain/model-file'
import { FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { FileList } from './file-list'
import { useFoundFiles } from './use-found-files'

export function AddFileDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Run a model on this workstation"
      description="Choose a GGUF file. Nothing is copied or downloaded."
      className="max-w-xl"
    >
      {isOpen && <FileForm onClose={onClose} />}
    </Dialog>
  )
}

/** The id a file suggests: its name without the ending. */
function modelIdOf({ name }: ModelFile): string {
  return name.replace(/\.gguf$/i, '')
}

function FileForm({ onClose }: { readonly onClose: () => void }) {
  const client = useCoreClient()
  const isDesktop = useSession()?.host === 'desktop'
  const found = useFoundFiles()
  const [path, setPath] = useState('')
  const [chosen, setChosen] = useState<ModelFile>()
  const [ownId, setOwnId] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const id = ownId ?? (chosen === undefined ? '' : modelIdOf(chosen))
  const isAddable = chosen !== undefined && chosen.problem === undefined && id.trim() !== ''

  const attempt = async (work: () => Promise<void>) => {
    setIsBusy(true)
    setProblem(undefined)
    await work().catch((cause: unknown) => setProblem(problemOf(cause)))
    setIsBusy(false)
  }
  const choose = (file: ModelFile) => {
    setOwnId(undefined)
    setChosen(file)
  }
  const describe = (of: string) => attempt(async () => choose(await client.modelFiles.describe({ path: of })))
  const browse = () =>
    attempt(async () => {
      const { path: picked } = await client.shell.chooseModelFile()
      if (picked !== undefined) choose(await client.modelFiles.describe({ path: picked }))
    })
  const add = () =>
    attempt(async () => {
      if (chosen === undefined) return
      await client.modelFiles.add({ path: chosen.path, model: id.trim() })
      toast(`Added ${id.trim()}`, { description: 'It is loaded with the first question.' })
      onClose()
    })

  const files = found.files === undefined ? undefined : withChosen(found.files, chosen)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      {files === undefined ? (
        <p role="status" className="flex h-20 items-center justify-center gap-2 text-sm text-ink-mute">
          <Spinner /> Looking in the usual folders…
        </p>
      ) : (
        <FileList files={files} chosenPath={chosen?.path} onChoose={choose} />
      )}
      {isDesktop ? (
        <Button className="self-start" onClick={() => void browse()}>
          <FolderOpen strokeWidth={1.75} aria-hidden />
          Choose a file…
        </Button>
      ) : (
        <div className="flex items-start gap-2">
          <div className="flex-1">
            <TextField label="Path of another file" placeholder="/models/model.gguf" value={path} onChange={(event) => setPath(event.target.value)} hint="On the machine that runs FIRST Desktop." />
          </div>
          <Button className="mt-6" disabled={path.trim() === ''} onClick={() => void describe(path.trim())}>
            Look at it
          </Button>
        </div>
      )}
      {chosen !== undefined && chosen.problem === undefined && (
        <TextField label="Model id" value={id} onChange={(event) => setOwnId(event.target.value)} hint="As you will see it in the list, and as scripts name it." />
      )}
      {problem !== undefined && (
        <p role="alert" className="text-sm wrap-anywhere text-fail">
          {problem.message} {problem.action}
        </p>
      )}
      <div className="-mx-5 mt-1 -mb-4 flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" isBusy={isBusy} disabled={!isAddable}>
          Add
        </Button>
      </div>
    </form>
  )
}

/** A file from elsewhere stands first among those that were found. */
function withChosen(files: readonly ModelFile[], chosen: ModelFile | undefined): readonly ModelFile[] {
  return chosen === undefined || files.some(({ path }) => path === chosen.path) ? files : [chosen, ...files]
}
