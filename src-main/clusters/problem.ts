import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { FirstError } from '@shared/errors'

/** Why a cluster cannot be reached, as its snapshot says it. */
export type Problem = Pick<ClusterSnapshot, 'problem' | 'needsSignIn'>

export function problemOf({ code, message, kind }: FirstError): Problem {
  return { problem: `${message} ${kind.action}`, ...(code === 'sign_in_needed' && { needsSignIn: true }) }
}
