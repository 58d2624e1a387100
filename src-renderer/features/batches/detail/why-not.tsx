import { counted } from '@renderer/ui/format'
import { Notice } from '@renderer/ui/notice'
import type { Batch } from '@shared/domain/batch'
import { FindingList } from '../prepare/finding-list'

/** What keeps a batch from running. */
export function WhyNot({ batch: { errors } }: { readonly batch: Batch }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 px-8 pb-6">
      <Notice tone="fail">
        No request was sent: {counted(errors.length, 'mistake')} {errors.length === 1 ? 'was' : 'were'} found in the file. Correct {errors.length === 1 ? 'it' : 'them'} and drop the file again.
      </Notice>
      <FindingList label="Mistakes" findings={errors} className="min-h-0 flex-1" />
    </div>
  )
}
