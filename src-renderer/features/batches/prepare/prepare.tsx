import { Button } from '@renderer/ui/button'
import { tell } from '@renderer/ui/tell'
import { ChevronRight } from 'lucide-react'
import { Link, Redirect, useLocation } from 'wouter'
import type { BatchOrder } from '@renderer/db'
import { batchesPath, batchPath } from '../paths'
import { useBatchWork, useIntake } from '../work/batch-work'
import { Checked } from './checked'
import { OnItsWay } from './on-its-way'
import { WithoutReport } from './without-report'

/** The file that was dropped: on its way, what is in it, and what is to be made of it. */
export function Prepare() {
  const intake = useIntake()
  const work = useBatchWork()
  const [, navigate] = useLocation()
  if (intake.kind === 'none') return <Redirect to={batchesPath} replace />
  const discard = () => {
    work.intake.discard().catch(tell)
    navigate(batchesPath)
  }
  const queue = async (order: BatchOrder) => {
    const batch = await work.intake.queue(order)
    navigate(batch === undefined ? batchesPath : batchPath(batch.id), { replace: true })
  }
  const { draft } = intake
  const report = intake.kind === 'checked' ? intake.report : intake.kind === 'checking' ? intake.before : undefined
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-4xl flex-col gap-5 px-8 pt-5 pb-10">
        <header>
          <nav aria-label="Way back" className="mb-1 flex items-center gap-1 text-xs text-ink-mute">
            <Link href={batchesPath} className="rounded-sm hover:text-ink">
              Batches
            </Link>
            <ChevronRight className="size-3" strokeWidth={1.75} aria-hidden />
          </nav>
          <div className="flex items-center justify-between gap-4">
            <h1 className="min-w-0 truncate text-xl font-semibold" title={draft.filename}>
              {draft.filename}
            </h1>
            <Button look="quiet" onClick={discard}>
              Discard
            </Button>
          </div>
        </header>
        {report === undefined && <OnItsWay intake={intake} onTryAgain={() => work.intake.tryAgain()} />}
        {report !== undefined && <Checked draft={draft} report={report} model={intake.kind === 'checked' || intake.kind === 'checking' ? intake.model : undefined} isChecking={intake.kind === 'checking'} onModel={(model) => work.intake.check(model)} onQueue={queue} />}
        {intake.kind === 'waiting' && <WithoutReport draft={draft} onQueue={queue} />}
      </div>
    </div>
  )
}
