import type { AccessRule, Config } from '@shared/config/schema'
import type { Identity } from '@shared/domain/identity'
import { FirstError } from '@shared/errors'
import { admits, isOfGroups } from '../identity/access-rule'
import { matchesPattern } from '../identity/pattern'

interface Place {
  readonly cluster: string
  readonly model: string
}

/** What an identity may use. */
export interface Grant {
  readonly identity: Identity
  /** Whether it sees the records of everybody, and `/metrics`. */
  readonly isAdmin: boolean
  /** Whether a model of a cluster is there for this identity; what it may not use it does not see either. */
  allows(place: Place): boolean
  /** FIRST's words for why a place is not for somebody who came in by Globus. */
  denial?(place: Place): string
}

/** The parts of the configuration that say who may use what. */
export interface AccessRules {
  readonly access: Config['access']
  readonly clusters: readonly { readonly name: string; readonly access?: AccessRule | undefined; readonly deployments?: readonly { readonly model: string; readonly access?: AccessRule | undefined }[] | undefined }[]
}

/**
 * Who may use what: one grant for an identity, kept until the rules change, so that a request costs a look-up.
 * The identities of a `KeyVerifier` must be the same objects from one request to the next for that.
 * @returns a function that throws FirstError `access_denied` for whom the gateway as a whole is closed.
 */
export function createAuthorize({ config }: { readonly config: () => AccessRules }): (identity: Identity) => Grant {
  let { access, clusters } = config()
  let grants = new WeakMap<Identity, Grant>()
  return (identity) => {
    const rules = config()
    if (rules.access !== access || rules.clusters !== clusters) {
      ;({ access, clusters } = rules)
      grants = new WeakMap()
    }
    const known = grants.get(identity)
    if (known !== undefined) return known
    const grant = grantOf(rules, identity)
    grants.set(identity, grant)
    return grant
  }
}

/**
 * The rules in FIRST's order: the gateway, the cluster, the model; then what the key is for. The owner may everything; a key for
 * administration is let in whatever the gateway's own rule says, and uses models as others do.
 * @throws FirstError `access_denied`
 */
export function grantOf(rules: AccessRules, identity: Identity): Grant {
  if (identity.kind === 'owner') return { identity, isAdmin: true, allows: () => true }
  const { models, clusters, isAdmin = false } = identity.scopes ?? {}
  if (!isAdmin && !admits(rules.access, identity)) throw closed(identity)
  const isWithin = (patterns: readonly string[] | undefined, name: string): boolean => patterns === undefined || patterns.some((pattern) => matchesPattern(pattern, name))
  const rulesFor = (place: Place): AccessRule[] => [
    ...rules.clusters.flatMap((cluster) => (cluster.name === place.cluster ? rulesOf(cluster, place.model) : [])),
    ...Object.entries(rules.access.models).flatMap(([pattern, access]) => (matchesPattern(pattern, place.model) ? [access] : [])),
  ]
  return {
    identity,
    isAdmin,
    allows: remembered((place) => rulesFor(place).every((access) => admits(access, identity)) && isWithin(clusters, place.cluster) && isWithin(models, place.model)),
    ...(identity.kind === 'globus' && {
      denial(place: Place) {
        // Groups come before domains, in the first rule that keeps somebody out.
        const rule = rulesFor(place).find((access) => !admits(access, identity))
        return `Permission denied due to ${rule !== undefined && isOfGroups(rule, identity) ? 'IdP domain' : 'Globus Group'} restrictions.`
      },
    }),
  }
}

/** Of the cluster, and of the deployments of a model there. */
const rulesOf = ({ access, deployments = [] }: AccessRules['clusters'][number], model: string): AccessRule[] => [access, ...deployments.map((one) => (one.model === model ? one.access : undefined))].filter((rule) => rule !== undefined)

/** Models come and go while a grant stays; past this many answers they are found anew. */
const mostRemembered = 4096

function remembered(decide: (place: Place) => boolean): (place: Place) => boolean {
  const answers = new Map<string, Map<string, boolean>>()
  let count = 0
  return (place) => {
    const known = answers.get(place.cluster)?.get(place.model)
    if (known !== undefined) return known
    const answer = decide(place)
    if (count++ >= mostRemembered) {
      answers.clear()
      count = 1
    }
    const ofCluster = answers.get(place.cluster) ?? new Map<string, boolean>()
    answers.set(place.cluster, ofCluster.set(place.model, answer))
    return answer
  }
}

function closed({ name, username }: Identity): FirstError {
  return new FirstError('access_denied', `"${username ?? name}" may not use this gateway: it is open to certain keys, people, domains or groups only, and this is none of them.`)
}
