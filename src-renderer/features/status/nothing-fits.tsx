import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import { ListFilter } from 'lucide-react'
import { noFilters, setFilters } from './view-store'

/** In the place of rows that the filters keep away. */
export function NothingFits({ what }: { readonly what: string }) {
  return <EmptyState icon={ListFilter} title={`No ${what} fits what you look for`} action={<Button onClick={() => setFilters(noFilters)}>Clear the filters</Button>} />
}
