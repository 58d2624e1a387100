import type { BatchOrder } from '@renderer/db'
import type { BatchReport } from '@shared/domain/batch-report'
import { useState } from 'react'
import type { Draft } from '../work/intake'
import { OrderForm } from './order-form'
import { ReportView } from './report-view'
import { needsModel, needsOnlyModel } from './report-words'

export interface CheckedProps {
  readonly draft: Draft
  readonly report: BatchReport
  readonly model: string | undefined
  readonly isChecking: boolean
  readonly onModel: (model: string) => void
  readonly onQueue: (order: BatchOrder) => Promise<void>
}

/** The report, and the form, where anything can be made of the file. */
export function Checked({ draft, report, model, isChecking, onModel, onQueue }: CheckedProps) {
  // Once a model is chosen the requests lack none any more; the choice stays open all the same.
  const [lackedModel] = useState(needsModel(report))
  const asksModel = lackedModel || model !== undefined
  const isModelOnly = needsOnlyModel(report)
  const endpoint = report.endpoints[0]?.endpoint ?? '/v1/chat/completions'
  const hindrance = isChecking ? 'It is checked with this model…' : report.errors === 0 ? undefined : isModelOnly ? 'Choose a model first.' : 'The file has mistakes.'
  return (
    <>
      <ReportView report={report} />
      {(report.errors === 0 || isModelOnly) && (
        <OrderForm
          name={draft.filename}
          endpoint={endpoint}
          models={report.models.map((each) => each.model)}
          requests={report.requests}
          asksModel={asksModel}
          model={model}
          onModel={onModel}
          hindrance={hindrance}
          action={`Queue ${report.requests.toLocaleString()} ${report.requests === 1 ? 'request' : 'requests'}`}
          onQueue={onQueue}
        />
      )}
    </>
  )
}
