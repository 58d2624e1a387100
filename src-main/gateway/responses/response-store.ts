/** A response that goes on: what was said before it and in it, and the object as the caller got it. */
export interface KeptResponse {
  readonly response: object
  /** Items of Responses: the whole input, then the output. */
  readonly items: readonly unknown[]
}

/** Keeps responses for `previous_response_id` and `GET /v1/responses/{id}`, each for its own caller, until they expire. */
export interface ResponseStore {
  get(id: string, identity: string): KeptResponse | undefined
  put(id: string, identity: string, kept: KeptResponse): void
  /** @returns whether there was one. */
  remove(id: string, identity: string): boolean
}
