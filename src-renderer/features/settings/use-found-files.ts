import { useCoreClient } from '@renderer/rpc'
import { tell } from '@renderer/ui/tell'
import type { ModelFile } from '@shared/domain/model-file'
import { useEffect, useState } from 'react'

/** GGUF files in the usual folders of this machine; undefined while they are looked for. */
export function useFoundFiles(): { readonly files: readonly ModelFile[] | undefined } {
  const client = useCoreClient()
  const [files, setFiles] = useState<readonly ModelFile[]>()
  useEffect(() => {
    let isWanted = true
    client.modelFiles.find().then(
      (found) => isWanted && setFiles(found),
      (cause: unknown) => {
        if (!isWanted) return
        setFiles([])
        tell(cause)
      },
    )
    return () => {
      isWanted = false
    }
  }, [client])
  return { files }
}
