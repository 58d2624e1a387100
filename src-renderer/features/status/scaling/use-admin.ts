import { useConnection, useCoreClient } from '@renderer/rpc'
import { tell } from '@renderer/ui/tell'
import type { DeploymentName, DeploymentWish } from '@shared/domain/deployment'
import type { Replica } from '@shared/domain/replica'
import { toast } from 'sonner'

export interface Admin {
  /** Why nothing can be started or stopped now. */
  readonly hindrance: string | undefined
  /** Both resolve when it was taken up, or the person was told that it was not. */
  want(deployment: DeploymentName, wish: DeploymentWish): Promise<void>
  end(replica: Replica): Promise<void>
  /** Asks a cluster again, so that what is in flight is told as it is now. */
  look(cluster: string): void
}

const done: Readonly<Record<DeploymentWish['kind'], string>> = { start: 'Starting', stop: 'Stopping', drain: 'Draining', scale: 'Scaling', auto: 'Back to automatic' }

/** What an admin does with deployments and replicas. */
export function useAdmin(): Admin {
  const client = useCoreClient()
  const { connection } = useConnection()
  return {
    hindrance: connection === 'open' ? undefined : 'FIRST Desktop does not answer this window: nothing can be started or stopped.',
    want: (deployment, wish) =>
      client.replicas.want({ deployment, wish }).then(() => {
        const what = wish.kind === 'scale' ? `Scaling to ${wish.replicas}` : done[wish.kind]
        toast(what, { description: `${deployment.model} on ${deployment.cluster}` })
      }, tell),
    end: ({ id, cluster }) => client.replicas.end({ id }).then(() => void toast('Ending a replica', { description: `${id} on ${cluster}` }), tell),
    look: (cluster) => void client.clusters.refresh({ cluster }).catch(tell),
  }
}
