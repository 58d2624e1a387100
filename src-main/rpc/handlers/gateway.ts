import { setServing } from '../../core/config/edits'
import { gatewayState } from '../gateway-state'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function gatewayHandlers(os: RpcImplementer, deps: RouterDeps) {
  return {
    state: os.gateway.state.handler(() => gatewayState(deps)),
    refused: os.gateway.refused.handler(() => [...deps.refusals.list()]),
    setServing: os.gateway.setServing.handler(async ({ input: { isServing } }) => {
      await deps.config.edit((document) => setServing(document, isServing))
      return gatewayState(deps)
    }),
  }
}
