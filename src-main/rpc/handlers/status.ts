import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function statusHandlers(os: RpcImplementer, { status }: RouterDeps) {
  return { history: os.status.history.handler(({ input }) => status.history(input)) }
}
