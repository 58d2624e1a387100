/** A message that a consumer has and has not acknowledged, or that waits for one. */
export interface Message {
  readonly body: Buffer
  isRedelivered: boolean
}

export interface Consumer {
  /** How many it takes without acknowledging; 0: any number. */
  readonly prefetch: number
  unacknowledged: number
  deliver(message: Message): void
}

/** One queue: each message goes to one consumer, and comes back where that leaves without acknowledging it. */
export class Queue {
  private ready: Message[] = []
  private readonly consumers = new Set<Consumer>()
  /** With those that are delivered. */
  size = 0

  constructor(readonly owner: string) {}

  publish(body: Buffer): void {
    this.size++
    this.ready.push({ body, isRedelivered: false })
    this.flow()
  }
  add(consumer: Consumer): void {
    this.consumers.add(consumer)
    this.flow()
  }
  leave(consumer: Consumer): void {
    this.consumers.delete(consumer)
  }
  acknowledge(consumer: Consumer): void {
    this.size--
    consumer.unacknowledged--
    this.flow()
  }
  giveBack(consumer: Consumer, message: Message): void {
    consumer.unacknowledged--
    message.isRedelivered = true
    this.ready.unshift(message)
    this.flow()
  }

  private flow(): void {
    for (const consumer of this.consumers)
      while (this.ready.length > 0 && (consumer.prefetch === 0 || consumer.unacknowledged < consumer.prefetch)) {
        const message = this.ready.shift()
        if (message === undefined) return
        consumer.unacknowledged++
        consumer.deliver(message)
      }
  }
}
