import type { ClientContext, ClientLink } from '@orpc/client'

/** One live way to the core. */
export interface Channel {
  readonly link: ClientLink<ClientContext>
  /** Resolves when the channel has ended, whoever ended it. */
  readonly closed: Promise<void>
  close(): void
}

export interface Transport {
  /** Rejects when no channel can be had now. */
  connect(): Promise<Channel>
}
