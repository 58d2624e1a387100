import { z } from 'zod'

/** What one framework of a cluster serves; `endpoints` are paths with the version, `/v1/chat/completions`. */
const frameworkSummary = z.looseObject({ models: z.array(z.string()).default([]), endpoints: z.array(z.string()).default([]) })

const clusterSummary = z.looseObject({ base_url: z.string().default(''), frameworks: z.record(z.string(), frameworkSummary).default({}) })

/** The answer of `GET /list-endpoints` (wire/first.md). */
export const listEndpointsAnswer = z.looseObject({ clusters: z.record(z.string(), clusterSummary) })
export type ListEndpointsAnswer = z.infer<typeof listEndpointsAnswer>

/** The answer of `GET /status`: false under maintenance. */
export const statusAnswer = z.record(z.string(), z.boolean())
export type StatusAnswer = z.infer<typeof statusAnswer>

/** The answer of `GET /health`. */
export const healthAnswer = z.looseObject({ status: z.literal('ok') })
export type HealthAnswer = z.infer<typeof healthAnswer>

/** The answer of `GET /whoami`. */
export const whoamiAnswer = z.looseObject({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  user_group_uuids: z.array(z.string()),
  idp_id: z.string(),
  idp_name: z.string(),
  auth_service: z.string(),
})
export type WhoamiAnswer = z.infer<typeof whoamiAnswer>
