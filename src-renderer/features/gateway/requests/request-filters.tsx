import { useClusters, useKnown } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { Select, type SelectOption } from '@renderer/ui/select'
import { recordStatus } from '@shared/domain/records'
import { keysQuestion } from '../questions'
import { isUsual } from './request-list'
import { clearFilters, setFilter, useRequestsView } from './requests-store'

const results: readonly SelectOption[] = [
  { value: '', label: 'Any result' },
  { value: 'running', label: 'Running' },
  { value: 'ok', label: 'OK' },
  { value: 'failed', label: 'Failed' },
]
const kinds: readonly SelectOption[] = [
  { value: 'asks', label: 'To models' },
  { value: 'all', label: 'All requests' },
]

const width = 'min-w-28 max-w-44 flex-1'

/** Choices of what the list shows; they hold until they are changed or cleared. */
export function RequestFilters() {
  const { clusters } = useClusters()
  const { value: keys = [] } = useKnown(keysQuestion)
  const filters = useRequestsView((state) => state.filters)
  const models = [...new Set(clusters.flatMap((cluster) => cluster.models.map(({ id }) => id)))].sort((one, other) => one.localeCompare(other))
  return (
    <div role="group" aria-label="Filters" className="flex flex-wrap gap-2">
      <NamedFilter label="Model" all="All models" value={filters.model} names={models} onChange={(model) => setFilter('model', model)} />
      <NamedFilter label="Server" all="All servers" value={filters.cluster} names={clusters.map(({ name }) => name)} onChange={(cluster) => setFilter('cluster', cluster)} />
      <Select
        label="Key"
        isLabelHidden
        className={width}
        value={filters.identity ?? ''}
        options={[{ value: '', label: 'All keys' }, { value: 'owner', label: 'Your own' }, ...keys.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(id) => setFilter('identity', id === '' ? undefined : id)}
      />
      <Select label="Result" isLabelHidden className={width} value={filters.status ?? ''} options={results} onChange={(status) => setFilter('status', recordStatus.safeParse(status).data)} />
      <Select
        label="Kind"
        isLabelHidden
        className={width}
        value={filters.asksModel === true ? 'asks' : 'all'}
        options={kinds}
        onChange={(kind) => setFilter('asksModel', kind === 'asks' ? true : undefined)}
      />
      {!isUsual(filters) && (
        <Button look="quiet" onClick={clearFilters}>
          Clear
        </Button>
      )}
    </div>
  )
}

interface NamedFilterProps {
  readonly label: string
  readonly all: string
  readonly value: string | undefined
  readonly names: readonly string[]
  readonly onChange: (value: string | undefined) => void
}

function NamedFilter({ label, all, value, names, onChange }: NamedFilterProps) {
  // What was chosen may have gone since.
  const listed = value === undefined || names.includes(value) ? names : [...names, value]
  return (
    <Select
      label={label}
      isLabelHidden
      className={width}
      value={value ?? ''}
      options={[{ value: '', label: all }, ...listed.map((name) => ({ value: name, label: name }))]}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  )
}
