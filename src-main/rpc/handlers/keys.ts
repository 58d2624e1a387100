import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function keyHandlers(os: RpcImplementer, { keys }: RouterDeps) {
  return {
    list: os.keys.list.handler(() => [...keys.list()]),
    create: os.keys.create.handler(({ input }) => keys.create(input)),
    revoke: os.keys.revoke.handler(({ input }) => {
      keys.revoke(input.id)
      return {}
    }),
  }
}
