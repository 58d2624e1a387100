import type { SeriesPoint } from '@shared/domain/records'
import type { Measure } from './usage-view'

export interface ChartSeries {
  readonly name: string
  readonly of: (point: SeriesPoint) => number
  /** How high its bar is: bars are drawn over each other, the first at the back. */
  readonly top: (point: SeriesPoint) => number
  /** The custom property of theme.css with its colour, and the class that paints its swatch so. */
  readonly colour: string
  readonly swatch: string
}

export const chartSeries: Readonly<Record<Measure, readonly ChartSeries[]>> = {
  requests: [
    { name: 'Requests', of: ({ requests }) => requests, top: ({ requests }) => requests, colour: '--accent', swatch: 'bg-accent' },
    { name: 'Failed', of: ({ failures }) => failures, top: ({ failures }) => failures, colour: '--fail', swatch: 'bg-fail' },
  ],
  tokens: [
    { name: 'In', of: ({ promptTokens }) => promptTokens, top: ({ promptTokens, completionTokens }) => promptTokens + completionTokens, colour: '--control', swatch: 'bg-control' },
    { name: 'Out', of: ({ completionTokens }) => completionTokens, top: ({ completionTokens }) => completionTokens, colour: '--accent', swatch: 'bg-accent' },
  ],
}
