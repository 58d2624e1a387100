import type { Gateway } from './gateway'

export interface GatewayRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Absent: answered to everybody, and not recorded. */
  readonly serve?: keyof Pick<Gateway, 'chat' | 'listModels' | 'showModel'>
}

/** Every route of the gateway. A path under `/resource_server` answers in FIRST's shapes, any other in OpenAI's. */
export const routes: readonly GatewayRoute[] = [
  { method: 'GET', path: '/health' },
  { method: 'GET', path: '/v1/models', serve: 'listModels' },
  { method: 'GET', path: '/v1/models/*', serve: 'showModel' },
  { method: 'POST', path: '/v1/chat/completions', serve: 'chat' },

  { method: 'GET', path: '/resource_server/health' },
  { method: 'GET', path: '/resource_server/v1/models', serve: 'listModels' },
  { method: 'GET', path: '/resource_server/v1/models/*', serve: 'showModel' },
  { method: 'POST', path: '/resource_server/v1/chat/completions', serve: 'chat' },

  { method: 'GET', path: '/resource_server/:cluster/:framework/v1/models', serve: 'listModels' },
  { method: 'GET', path: '/resource_server/:cluster/:framework/v1/models/*', serve: 'showModel' },
  { method: 'POST', path: '/resource_server/:cluster/:framework/v1/chat/completions', serve: 'chat' },
]
