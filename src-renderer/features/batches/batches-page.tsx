import { useLocation } from 'wouter'
import { BatchDetail } from './detail/batch-detail'
import { BatchList } from './list/batch-list'
import { preparePath } from './paths'
import { Prepare } from './prepare/prepare'

/** All batches, one of them, or the file that is to be one. */
export function BatchesPage() {
  const [location] = useLocation()
  const id = location.split('/')[2] ?? ''
  return (
    <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col focus-visible:outline-none">
      {location === preparePath ? <Prepare /> : id === '' ? <BatchList /> : <BatchDetail id={id} />}
    </main>
  )
}
