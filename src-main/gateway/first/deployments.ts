import type { DeploymentWish } from '@shared/domain/deployment'
import { FirstError } from '@shared/errors'
import { deploymentOrder, scaleOrder, type WireOrder } from '@shared/first/replicas'
import type { Directory } from '../../federation/directory'
import type { BodyLimits } from '../body-limits'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { readJson } from './read-json'
import type { ReplicaControl } from './replicas'
import { visibleCluster } from './visible-cluster'

export type WishKind = DeploymentWish['kind']
export const wishKinds = ['start', 'stop', 'drain', 'scale', 'auto'] as const satisfies readonly WishKind[]

/** The schema of the body that tells what is wanted of a deployment. */
export const orderSchemaOf = (kind: WishKind): typeof deploymentOrder | typeof scaleOrder => (kind === 'scale' ? scaleOrder : deploymentOrder)

interface Asked {
  readonly directory: Directory
  readonly control: ReplicaControl
  readonly grant: Grant
  readonly call: Call
  readonly limits: BodyLimits
}

/**
 * `POST /{cluster}/deployments/{start, stop, drain, scale, auto}`. What was asked for holds until something else is, also across a restart.
 * @throws FirstError `cluster_not_found`, `endpoint_not_found`, and for a body that is not right `invalid_json` or `invalid_request`
 */
export async function orderDeployment({ directory, control, grant, call, limits }: Asked, kind: WishKind): Promise<WireOrder> {
  const body = await readJson(call, orderSchemaOf(kind), limits)
  const { name, models } = visibleCluster(directory, grant, call)
  const served = models.filter(({ id, scaling, framework }) => id === body.model && scaling !== undefined && (body.framework ?? framework) === framework && grant.allows({ cluster: name, model: id }))
  const [only, other] = served
  if (only === undefined) throw new FirstError('endpoint_not_found', `No replicas of "${body.model}" are started on the cluster "${name}".`, { param: 'model', action: `Use a model of GET /resource_server/${name}/models that config.yaml says how to start.` })
  if (other !== undefined) throw new FirstError('invalid_request', `The cluster "${name}" serves "${body.model}" with ${served.map(({ framework }) => framework).join(' and ')}: name the framework.`, { param: 'framework' })
  const { framework } = only
  const wish: DeploymentWish = kind === 'scale' ? { kind, replicas: scaleOrder.parse(body).replicas } : { kind }
  // The owner is called as the window calls the same person.
  control.want({ cluster: name, model: body.model, framework }, wish, grant.identity.kind === 'owner' ? 'Owner' : grant.identity.name)
  return { object: 'deployment', cluster: name, model: body.model, framework, want: kind, ...(wish.kind === 'scale' && { replicas: wish.replicas }) }
}
