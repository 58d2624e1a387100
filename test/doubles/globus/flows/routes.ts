import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { bearerToken } from '../auth/bearer'
import { flowScope, flowsServer, runScopes } from '../auth/own-scopes'
import type { AuthState } from '../auth/state'
import type { Clock } from '../clock'
import { jsonOf, ok, Refusal, type Call, type Reply, type Route } from '../http/call'
import type { Scope } from '../world'

export interface Flow {
  readonly id: string
  readonly title: string
}

export interface FlowRun {
  readonly id: string
  readonly flow: string
  readonly owner: string
  readonly body: unknown
  readonly label: string | undefined
  readonly startedAtMs: number
  status: 'ACTIVE' | 'INACTIVE' | 'SUCCEEDED' | 'FAILED' | 'ENDED'
  /** For people, and for clients: a run that is INACTIVE can hold a GARE here. */
  details: object
}

/** The scope of one flow, of which the flow itself is the resource server. */
export const scopeOfFlow = ({ id, title }: Flow): Scope => ({ urn: flowScope(id), resourceServer: id, description: `Run the flow ${title}` })

const refusal = (status: number, code: string, detail: string): Refusal => new Refusal({ status, body: { error: { code, detail } } })

export interface FlowsDeps {
  readonly auth: AuthState
  readonly clock: Clock
  readonly flows: readonly Flow[]
  readonly runs: Map<string, FlowRun>
}

export function flowsRoutes({ auth, clock, flows, runs }: FlowsDeps): readonly Route[] {
  const needs = (resourceServer: string, scopes: readonly string[]) => ({
    resourceServer,
    scopes,
    unauthorized: () => refusal(401, 'AUTHENTICATION_ERROR', 'A valid token is required.'),
    forbidden: () => refusal(403, 'FORBIDDEN', 'The token lacks the scope.'),
  })

  const start = (call: Call): Reply => {
    const flow = flows.find(({ id }) => id === call.param('id'))
    if (flow === undefined) throw refusal(404, 'NOT_FOUND', 'There is no such flow.')
    const { person } = bearerToken(call, needs(flow.id, [flowScope(flow.id)]), auth)
    const { body, label } = jsonOf(call, z.object({ body: z.record(z.string(), z.unknown()), label: z.string().optional(), tags: z.array(z.string()).optional() }), (issues) => refusal(422, 'UNPROCESSABLE_ENTITY', issues.map(({ message }) => message).join('; ')))
    const run: FlowRun = { id: randomUUID(), flow: flow.id, owner: person.identities[0].id, body, label, startedAtMs: clock.nowMs(), status: 'ACTIVE', details: {} }
    runs.set(run.id, run)
    return { status: 201, body: told(run) }
  }

  const show = (call: Call): Reply => {
    const { person } = bearerToken(call, needs(flowsServer, [runScopes.status, runScopes.runs]), auth)
    const run = runs.get(call.param('id'))
    if (run === undefined || run.owner !== person.identities[0].id) throw refusal(404, 'NOT_FOUND', 'There is no such run.')
    return ok(told(run))
  }

  return [
    { method: 'POST', path: '/flows/:id/run', handle: start },
    { method: 'GET', path: '/runs/:id', handle: show },
  ]
}

const told = ({ id, flow, status, label, details, startedAtMs }: FlowRun): object => ({ run_id: id, flow_id: flow, status, label: label ?? null, details, start_time: new Date(startedAtMs).toISOString() })
