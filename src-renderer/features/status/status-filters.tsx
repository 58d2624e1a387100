import { Button } from '@renderer/ui/button'
import { cn } from '@renderer/ui/cn'
import { inputClass } from '@renderer/ui/field'
import { Select } from '@renderer/ui/select'
import { statusWord } from '@renderer/ui/status-mark'
import { modelStatus } from '@shared/domain/model'
import { job } from '@shared/domain/job'
import { Search } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { jobMark } from './jobs/job-rows'
import type { ViewId } from './sections'
import { noFilters, setFilters, useStatusView } from './view-store'

const jobState = job.shape.state
const width = 'w-36 max-lg:w-32'

/** Narrows the view; what is set holds until it is changed or cleared. */
export function StatusFilters({ view, clusterNames }: { readonly view: ViewId; readonly clusterNames: readonly string[] }) {
  const filters = useStatusView((state) => state.filters)
  const field = useRef<HTMLInputElement>(null)
  useSearchKey(() => field.current?.focus())
  const isNarrowed = filters.query !== '' || (view !== 'clusters' && filters.cluster !== undefined) || (view === 'models' && filters.modelStatus !== undefined) || (view === 'jobs' && filters.jobState !== undefined)
  // What was chosen may have gone since.
  const names = filters.cluster === undefined || clusterNames.includes(filters.cluster) ? clusterNames : [...clusterNames, filters.cluster]
  return (
    <div role="group" aria-label="Filters" className="flex min-w-0 flex-1 flex-wrap items-center justify-end gap-2">
      {isNarrowed && (
        <Button look="quiet" onClick={() => setFilters(noFilters)}>
          Clear
        </Button>
      )}
      {view === 'models' && (
        <Select
          label="Status"
          isLabelHidden
          className={width}
          value={filters.modelStatus ?? ''}
          options={[{ value: '', label: 'Any status' }, ...modelStatus.options.map((status) => ({ value: status, label: statusWord(status) }))]}
          onChange={(value) => setFilters({ modelStatus: modelStatus.safeParse(value).data })}
        />
      )}
      {view === 'jobs' && (
        <Select
          label="State"
          isLabelHidden
          className={width}
          value={filters.jobState ?? ''}
          options={[{ value: '', label: 'Any state' }, ...jobState.options.map((state) => ({ value: state, label: jobMark({ state, models: [], framework: '' }).word }))]}
          onChange={(value) => setFilters({ jobState: jobState.safeParse(value).data })}
        />
      )}
      {view !== 'clusters' && (
        <Select
          label="Cluster"
          isLabelHidden
          className={width}
          value={filters.cluster ?? ''}
          options={[{ value: '', label: 'All clusters' }, ...names.map((name) => ({ value: name, label: name }))]}
          onChange={(value) => setFilters({ cluster: value === '' ? undefined : value })}
        />
      )}
      <div className="relative w-56 max-lg:w-44">
        <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-mute" strokeWidth={1.75} aria-hidden />
        <input
          ref={field}
          type="search"
          aria-label={`Search ${view}`}
          placeholder={`Search ${view}`}
          value={filters.query}
          onChange={(event) => setFilters({ query: event.target.value })}
          className={cn(inputClass, 'h-8 pl-8')}
        />
      </div>
    </div>
  )
}

/** A slash leads to the search, where nobody types. */
function useSearchKey(focus: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [role=dialog]') !== null) return
      event.preventDefault()
      focus()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  })
}
