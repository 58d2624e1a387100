import { findingKinds, type BatchFinding, type BatchReport, type FindingCode } from '@shared/domain/batch-report'

interface FindingLog {
  add(finding: BatchFinding): void
  readonly errors: number
  report(): Pick<BatchReport, 'findings' | 'findingCounts' | 'errors'>
}

/** Of information, a few examples tell all. */
const keptOfInformation = 3

/** Keeps the first errors whole and counts the rest, so that a file in which each line is wrong has a report one can read. */
export function createFindingLog({ maxErrors }: { readonly maxErrors: number }): FindingLog {
  const counts = new Map<FindingCode, number>()
  const kept: BatchFinding[] = []
  let errors = 0
  return {
    add(finding) {
      const { code } = finding
      const before = counts.get(code) ?? 0
      counts.set(code, before + 1)
      if (findingKinds[code].severity === 'information') {
        if (before < keptOfInformation) kept.push(finding)
      } else if (errors++ < maxErrors) kept.push(finding)
    },
    get errors() {
      return errors
    },
    report: () => ({ findings: kept, findingCounts: [...counts].map(([code, count]) => ({ code, count })), errors }),
  }
}
