import type { Dispatcher } from 'undici'
import type { LaunchedDeployment } from '@shared/config/deployment'
import { resolveLaunch } from '../engines/templates/resolve-launch'

export interface Engine {
  /** With the version. */
  readonly baseUrl: string
  readonly key: string
  readonly deployment: LaunchedDeployment | undefined
}

/** An engine that loads may take a connection and answer late. Milliseconds. */
const timeoutMs = 5_000

/** Asks whether an engine is ready: its readiness path answers with success, below the origin. */
export function createProbe(agent: Dispatcher): (engine: Engine) => Promise<boolean> {
  return async ({ baseUrl, key, deployment }) => {
    try {
      const path = deployment === undefined ? '/health' : resolveLaunch(deployment).readyPath
      const { statusCode, body } = await agent.request({ origin: new URL(baseUrl).origin, path, method: 'GET', headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(timeoutMs) })
      await body.dump()
      return statusCode >= 200 && statusCode < 300
    } catch {
      return false // not listening yet, or no longer: both are asked again
    }
  }
}
