import { Fragment } from 'react'

export interface HighlightProps {
  readonly text: string
  /** Half-open ranges of `text`, in order, that do not overlap. */
  readonly ranges: readonly (readonly [from: number, to: number])[]
}

export function Highlight({ text, ranges }: HighlightProps) {
  const ends = ranges.map(([, to]) => to)
  return (
    <>
      {ranges.map(([from, to], index) => (
        <Fragment key={from}>
          {text.slice(ends[index - 1] ?? 0, from)}
          <mark>{text.slice(from, to)}</mark>
        </Fragment>
      ))}
      {text.slice(ends.at(-1) ?? 0)}
    </>
  )
}
