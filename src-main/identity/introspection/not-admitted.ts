import { FirstError, type ErrorCode } from '@shared/errors'

/** Who was refused, as far as Globus has said it. */
export interface Refused {
  readonly id?: string
  readonly username?: string
  readonly name?: string
}

/** What somebody must do at Globus to be let in: the fields of a GARE (wire/globus.md, "GARE"). */
export interface Requirement {
  readonly code: 'AuthorizationRequired' | 'ConsentRequired'
  readonly session_message?: string
  readonly session_required_policies?: readonly string[]
  readonly session_required_single_domain?: readonly string[]
  readonly required_scopes?: readonly string[]
  readonly prompt?: 'login'
}

interface Details {
  readonly who?: Refused
  readonly requirement?: Requirement | undefined
  readonly action?: string
  readonly retryAfterS?: number
  readonly beside?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** A caller whose token does not let it in: the text is FIRST's, and what can be done about it stands beside it as a GARE. */
export class NotAdmitted extends FirstError {
  readonly who: Refused
  readonly #details: Details

  constructor(message: string, details: Details = {}, code: ErrorCode = 'unauthorized') {
    const { who = {}, requirement, beside, ...rest } = details
    super(code, message, {
      action: 'Sign in to Globus again, with an account that this gateway lets in.',
      ...rest,
      ...((beside ?? requirement) !== undefined && { beside: { ...beside, ...(requirement !== undefined && gareOf(requirement)) } }),
    })
    this.who = who
    this.#details = details
  }

  /** The same, as FIRST tells what it found out before and has not asked again. */
  again(): NotAdmitted {
    return new NotAdmitted(`Token introspection: ${this.message}`, this.#details)
  }
}

const gareOf = ({ code, ...parameters }: Requirement): Readonly<Record<string, unknown>> => ({ code, authorization_parameters: parameters })
