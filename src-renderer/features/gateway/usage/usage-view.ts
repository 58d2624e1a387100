import { create } from 'zustand'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const ranges = [
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
] as const
export type Range = (typeof ranges)[number]['value']

/** What a range is made of: so many hours, or so many days, up to now. */
export const spans: Readonly<Record<Range, { readonly every: 'hour' | 'day'; readonly lengthMs: number }>> = {
  '24h': { every: 'hour', lengthMs: 23 * hourMs },
  '7d': { every: 'day', lengthMs: 6 * dayMs },
  '30d': { every: 'day', lengthMs: 29 * dayMs },
}

export const breakdowns = [
  { value: 'model', label: 'Model' },
  { value: 'key', label: 'Key' },
  { value: 'cluster', label: 'Server' },
  { value: 'time', label: 'Time' },
] as const
export type Breakdown = (typeof breakdowns)[number]['value']

export const measures = [
  { value: 'requests', label: 'Requests' },
  { value: 'tokens', label: 'Tokens' },
] as const
export type Measure = (typeof measures)[number]['value']

export const latencies = [
  { value: 'total', label: 'Last byte' },
  { value: 'first', label: 'First byte' },
] as const
export type Latency = (typeof latencies)[number]['value']

/** One row of a breakdown, to which the chart is narrowed. */
export interface Focus {
  readonly by: Exclude<Breakdown, 'time'>
  readonly id: string
  readonly label: string
}

export interface UsageView {
  readonly range: Range
  readonly by: Breakdown
  readonly measure: Measure
  readonly latency: Latency
  readonly focus: Focus | undefined
}

/** What a person set on the page; it stays while other pages are looked at. */
export const useUsageView = create<UsageView>(() => ({ range: '24h', by: 'model', measure: 'requests', latency: 'total', focus: undefined }))

/** The moments between which a range lies at `nowMs`; whole hours and days are made of them by the core. */
export function spanOf(range: Range, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: nowMs - spans[range].lengthMs, toMs: nowMs + 1 }
}

/** How a focus is named in a question to the core. */
export function filterOf(focus: Focus | undefined): { readonly model?: string; readonly identity?: string; readonly cluster?: string } {
  if (focus === undefined) return {}
  return { model: { model: focus.id }, key: { identity: focus.id }, cluster: { cluster: focus.id } }[focus.by]
}
