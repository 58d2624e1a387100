import type { Socket } from 'node:net'
import { Client, type buildConnector } from 'undici'

/** A client of undici that has one request at a time, and the socket that it has now. */
export interface Connection {
  readonly client: Client
  socket: Socket | undefined
  /** Sent on the socket so far. */
  requests: number
  isTaken: boolean
}

/**
 * Connections to one server, as many as there are requests. What was used last is used next, so that those of a busy hour close when
 * their time is over. Undici's own pool looks through all of its clients twice for each request.
 */
export class ConnectionPool {
  readonly #origin: string
  readonly #connect: buildConnector.connector
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()

  constructor(origin: string, connect: buildConnector.connector) {
    this.#origin = origin
    this.#connect = connect
  }

  take(): Connection {
    const connection = this.#idle.pop() ?? this.#open()
    connection.isTaken = true
    return connection
  }

  /** Its request is over; another call does nothing. */
  giveBack(connection: Connection): void {
    if (!connection.isTaken) return
    connection.isTaken = false
    if (connection.socket?.destroyed === false) this.#idle.push(connection)
    else this.#drop(connection)
  }

  /** Ends every request. */
  async destroy(): Promise<void> {
    await Promise.all(Array.from(this.#all, ({ client }) => client.destroy()))
  }

  #open(): Connection {
    const connect: buildConnector.connector = (target, done) =>
      this.#connect(target, (...[error, socket]) => {
        if (error !== null) {
          done(error, null)
          return
        }
        connection.socket = socket
        connection.requests = 0
        done(null, socket)
      })
    const connection: Connection = { client: new Client(this.#origin, { connect }), socket: undefined, requests: 0, isTaken: false }
    connection.client.on('disconnect', () => {
      if (connection.isTaken) return
      const at = this.#idle.indexOf(connection)
      if (at !== -1) this.#idle.splice(at, 1)
      this.#drop(connection)
    })
    this.#all.add(connection)
    return connection
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection)
    void connection.client.destroy()
  }
}
