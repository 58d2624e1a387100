import { count, counted, tokens } from '@renderer/ui/format'
import { Notice } from '@renderer/ui/notice'
import { Stat, Stats } from '@renderer/ui/stat'
import type { BatchReport } from '@shared/domain/batch-report'
import { endpointWord } from '../batch-words'
import { FindingList } from './finding-list'
import { formWords, needsOnlyModel, partedFindings } from './report-words'

/** What is in the file, what is wrong with it, and apart from that what is good to know. */
export function ReportView({ report }: { readonly report: BatchReport }) {
  const { errors, information } = partedFindings(report)
  const { input, maxOutput, unlimitedRequests } = report.tokens
  const isModelOnly = needsOnlyModel(report)
  const notes = formWords(report)
  return (
    <>
      <Stats label="In the file">
        <Stat label="Requests" value={count(report.requests)} note={report.endpoints.length > 0 ? report.endpoints.map(({ endpoint, requests }) => (report.endpoints.length === 1 ? endpointWord(endpoint) : `${endpointWord(endpoint)} ${count(requests)}`)).join(', ') : 'none that can be read'} />
        <Stat label={report.models.length === 1 ? 'Model' : 'Models'} value={<span className="text-base">{report.models[0]?.model ?? 'None named'}</span>} note={report.models.length > 1 ? report.models.map(({ model, requests }) => `${model} ${count(requests)}`).join(', ') : undefined} />
        <Stat label="Tokens to read, about" value={tokens(input)} note={report.requests > 0 && report.errors === 0 ? `${tokens(Math.round(input / report.requests))} a request` : undefined} />
        <Stat label="Tokens to write, at most" value={maxOutput === 0 && unlimitedRequests > 0 ? 'No limit' : tokens(maxOutput)} note={unlimitedRequests > 0 ? `${counted(unlimitedRequests, 'request')} without max_tokens` : undefined} />
      </Stats>
      {report.errors === 0 ? (
        <Notice tone="note">The file is right: nothing keeps it from running.</Notice>
      ) : isModelOnly ? (
        <Notice tone="wait">Its requests name no model. Choose one for them.</Notice>
      ) : (
        <>
          <Notice tone="fail">
            {counted(report.errors, 'mistake')} {report.errors === 1 ? 'keeps' : 'keep'} it from running. Correct {report.errors === 1 ? 'it' : 'them'} in the file and drop it again.
          </Notice>
          <FindingList label="Mistakes" findings={errors} className="h-[min(20rem,38dvh)]" />
          {errors.length < report.errors && <p className="text-xs text-ink-mute">The first {count(errors.length)} of {count(report.errors)}.</p>}
        </>
      )}
      {(notes.length > 0 || information.length > 0) && (
        <section aria-label="Good to know" className="text-sm">
          <h2 className="text-xs text-ink-mute">Good to know</h2>
          <ul className="mt-1 list-inside list-disc text-ink-soft marker:text-ink-mute">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
            {information.map((finding, index) => (
              <li key={index}>
                {finding.line !== null && `Line ${count(finding.line)}: `}
                {finding.message}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
