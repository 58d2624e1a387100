import { Button } from '@renderer/ui/button'
import { bytes } from '@renderer/ui/format'
import { Menu } from '@renderer/ui/menu'
import { tell } from '@renderer/ui/tell'
import type { Batch } from '@shared/domain/batch'
import { Braces, Check, Download, Sheet, X } from 'lucide-react'
import { useState } from 'react'
import { useBatchWork } from '../work/batch-work'

/** Files that can be made of a batch. `path` is below `/v1`. */
export function savesOf({ id, name, outputFileId, errorFileId }: Pick<Batch, 'id' | 'name' | 'outputFileId' | 'errorFileId'>) {
  const base = name.replace(/\.jsonl$/i, '')
  return [
    { label: 'All results as JSONL', icon: Braces, path: `/batches/${id}/results?format=jsonl`, filename: `${base}.results.jsonl` },
    { label: 'All results as CSV', icon: Sheet, path: `/batches/${id}/results?format=csv`, filename: `${base}.results.csv` },
    ...(outputFileId === undefined ? [] : [{ label: 'Answers only, JSONL', icon: Check, path: `/files/${outputFileId}/content`, filename: `${base}.output.jsonl` }]),
    ...(errorFileId === undefined ? [] : [{ label: 'Failures only, JSONL', icon: X, path: `/files/${errorFileId}/content`, filename: `${base}.error.jsonl` }]),
  ]
}

/** Saves what has come so far, where the person says. */
export function SaveMenu({ batch, hindrance }: { readonly batch: Batch; readonly hindrance: string | undefined }) {
  const { http } = useBatchWork()
  const [loaded, setLoaded] = useState<number>()
  const save = async (path: string, filename: string) => {
    setLoaded(0)
    try {
      const address = URL.createObjectURL(await http.call({ method: 'GET', path, onProgress: setLoaded }))
      const link = document.createElement('a')
      link.href = address
      link.download = filename
      link.click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (cause) {
      tell(cause)
    }
    setLoaded(undefined)
  }
  const hasNone = batch.completed + batch.failed === 0
  return (
    <Menu
      trigger={
        <Button look="primary" isBusy={loaded !== undefined} disabled={hasNone || hindrance !== undefined} title={hasNone ? 'There is no result yet' : hindrance}>
          {loaded === undefined && <Download strokeWidth={1.75} aria-hidden />}
          {loaded === undefined || loaded === 0 ? 'Save results' : bytes(loaded)}
        </Button>
      }
      items={savesOf(batch).map(({ label, icon, path, filename }) => ({ label, icon, onSelect: () => void save(path, filename) }))}
    />
  )
}
