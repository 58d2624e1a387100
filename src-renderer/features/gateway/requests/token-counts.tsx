import { tokens } from '@renderer/ui/format'
import type { RequestRow } from '@shared/domain/records'

/** Tokens in and out; a sign before them where they are our own estimate. */
export function TokenCounts({ row: { promptTokens, completionTokens, isUsageEstimated = false } }: { readonly row: RequestRow }) {
  if (promptTokens === undefined && completionTokens === undefined) return '–'
  return (
    <span title={isUsageEstimated ? 'Estimated: the server did not say' : undefined}>
      {isUsageEstimated && <Estimated />}
      <span className="sr-only">in </span>
      {tokens(promptTokens ?? 0)}
      <span aria-hidden> → </span>
      <span className="sr-only">, out </span>
      {tokens(completionTokens ?? 0)}
    </span>
  )
}

/** Marks a number that is an estimate. */
export function Estimated() {
  return (
    <>
      <span aria-hidden className="text-ink-mute">
        ≈&#8201;
      </span>
      <span className="sr-only">estimated: </span>
    </>
  )
}
