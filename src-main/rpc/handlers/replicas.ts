import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

/** The window stands for the owner, who may do all of this. */
export function replicaHandlers(os: RpcImplementer, { replicas }: RouterDeps) {
  return {
    want: os.replicas.want.handler(({ input: { deployment, wish } }) => {
      replicas.want(deployment, wish, 'Owner')
      return {}
    }),
    end: os.replicas.end.handler(async ({ input: { id } }) => {
      await replicas.end(id)
      return {}
    }),
    log: os.replicas.log.handler(async ({ input: { id }, signal = AbortSignal.timeout(30_000) }) => ({ text: await replicas.logOf(id, signal) })),
  }
}
