import { findingKinds, type BatchFinding, type BatchReport } from '@shared/domain/batch-report'

const isError = ({ code }: Pick<BatchFinding, 'code'>): boolean => findingKinds[code].severity === 'error'

/** Of the findings of a file, what keeps it from running and what is only good to know. */
export function partedFindings({ findings }: Pick<BatchReport, 'findings'>): { readonly errors: readonly BatchFinding[]; readonly information: readonly BatchFinding[] } {
  return { errors: findings.filter(isError), information: findings.filter((finding) => !isError(finding)) }
}

const lacksModel = ({ code, param }: BatchFinding): boolean => code === 'missing_required_parameter' && (param === 'body.model' || param === 'model')

/** Requests that name no model: a person can choose one for them. */
export function needsModel(report: Pick<BatchReport, 'findings'>): boolean {
  return report.findings.some(lacksModel)
}

/** Whether nothing but the missing model keeps it from running. */
export function needsOnlyModel({ findings, errors }: Pick<BatchReport, 'findings' | 'errors'>): boolean {
  const kept = findings.filter(isError)
  return kept.length > 0 && kept.length <= errors && kept.every(lacksModel)
}

/** What of the file's form is worth a word. */
export function formWords({ text, blankLines, bareRequests, duplicatesCheckedUpTo }: Pick<BatchReport, 'text' | 'blankLines' | 'bareRequests' | 'duplicatesCheckedUpTo'>): readonly string[] {
  return [
    ...(text.hasByteOrderMark ? ['It begins with a byte-order mark, which is passed over.'] : []),
    ...(text.lineEnds === 'crlf' || text.lineEnds === 'mixed' ? ['Its lines end as on Windows, which is taken as it is.'] : []),
    ...(blankLines > 0 ? [`${blankLines.toLocaleString()} blank ${blankLines === 1 ? 'line is' : 'lines are'} passed over.`] : []),
    ...(bareRequests > 0 ? [`${bareRequests.toLocaleString()} ${bareRequests === 1 ? 'line is' : 'lines are'} a body alone: their results are called request-<line>.`] : []),
    ...(duplicatesCheckedUpTo === undefined ? [] : [`A custom_id that is there twice was looked for among ${duplicatesCheckedUpTo.toLocaleString()} requests only.`]),
  ]
}
