/** Token counts of one request; `isEstimated` where the place that answered did not say. */
export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly totalTokens: number
  readonly isEstimated: boolean
}
