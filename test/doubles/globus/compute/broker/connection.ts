import type { Socket } from 'node:net'
import type { Consumer, Message, Queue } from './queues'
import { emptyTable, frame, frameTypes, long, longLong, longText, method, octet, protocolHeader, Reader, readFrame, short, shortText, type Frame } from './wire'

export interface ConnectionDeps {
  /** The user that may log in with these. */
  readonly userOf: (name: string, password: string) => string | undefined
  readonly queueOf: (name: string) => Queue | undefined
  readonly onOpen: () => void
  readonly onClose: () => void
}

interface Channel {
  prefetch: number
  nextTag: number
  readonly consumers: Map<string, { readonly consumer: Consumer; readonly queue: Queue }>
  readonly delivered: Map<number, { readonly message: Message; readonly consumer: Consumer; readonly queue: Queue }>
}

const frameMax = 131_072
const heartbeatS = 30
const replies = { accessRefused: 403, notFound: 404, commandInvalid: 503 } as const

/** One client, from the protocol's header to the end of its socket. */
export function serveConnection(socket: Socket, { userOf, queueOf, onOpen, onClose }: ConnectionDeps): void {
  const channels = new Map<number, Channel>()
  let bytes: Buffer = Buffer.alloc(0)
  let isGreeted = false
  let user = ''
  let beat: NodeJS.Timeout | undefined
  const send = (...parts: readonly Buffer[]): void => {
    if (socket.writable) socket.write(Buffer.concat(parts))
  }

  const closeConnection = (code: number, text: string): void => send(method(0, 10, 50, short(code), shortText(text), short(0), short(0)))
  const closeChannel = (id: number, code: number, text: string, classId: number, methodId: number): void => {
    endChannel(id)
    send(method(id, 20, 40, short(code), shortText(text), short(classId), short(methodId)))
  }
  /** What it has not acknowledged goes back. */
  const endChannel = (id: number): void => {
    const channel = channels.get(id)
    channels.delete(id)
    if (channel === undefined) return
    for (const { consumer, queue } of channel.consumers.values()) queue.leave(consumer)
    for (const { consumer, queue, message } of [...channel.delivered.values()].reverse()) queue.giveBack(consumer, message)
  }

  const deliver = (id: number, channel: Channel, tag: string, name: string, queue: Queue, consumer: Consumer, message: Message): void => {
    const delivery = channel.nextTag++
    channel.delivered.set(delivery, { message, consumer, queue })
    const bodies: Buffer[] = []
    for (let at = 0; at < message.body.length; at += frameMax - 8) bodies.push(frame(frameTypes.body, id, message.body.subarray(at, at + frameMax - 8)))
    send(
      method(id, 60, 60, shortText(tag), longLong(delivery), octet(message.isRedelivered ? 1 : 0), shortText(''), shortText(name)),
      frame(frameTypes.header, id, Buffer.concat([short(60), short(0), longLong(message.body.length), short(0)])),
      ...bodies,
    )
  }

  const consume = (id: number, channel: Channel, read: Reader): void => {
    read.short()
    const name = read.shortText()
    const tag = read.shortText() || `ctag-${id}-${channel.consumers.size + 1}`
    const queue = queueOf(name)
    if (queue === undefined) { closeChannel(id, replies.notFound, `NOT_FOUND - no queue '${name}' in vhost '/'`, 60, 20); return; }
    if (queue.owner !== user) { closeChannel(id, replies.accessRefused, `ACCESS_REFUSED - access to queue '${name}' in vhost '/' refused for user '${user}'`, 60, 20); return; }
    const consumer: Consumer = { prefetch: channel.prefetch, unacknowledged: 0, deliver: (message) => deliver(id, channel, tag, name, queue, consumer, message) }
    channel.consumers.set(tag, { consumer, queue })
    send(method(id, 60, 21, shortText(tag)))
    queue.add(consumer)
  }

  const settle = (channel: Channel, tag: number, isMultiple: boolean, goesBack: boolean): void => {
    for (const [delivery, { consumer, queue, message }] of [...channel.delivered])
      if (delivery === tag || (isMultiple && delivery < tag)) {
        channel.delivered.delete(delivery)
        if (goesBack) queue.giveBack(consumer, message)
        else queue.acknowledge(consumer)
      }
  }

  const onChannel: Readonly<Record<string, (id: number, channel: Channel, read: Reader) => void>> = {
    '20.40': (id) => {
      endChannel(id)
      send(method(id, 20, 41))
    },
    '20.41': () => undefined,
    '60.10': (id, channel, read) => {
      read.long()
      channel.prefetch = read.short()
      send(method(id, 60, 11))
    },
    '60.20': consume,
    '60.30': (id, channel, read) => {
      const tag = read.shortText()
      const found = channel.consumers.get(tag)
      channel.consumers.delete(tag)
      if (found !== undefined) found.queue.leave(found.consumer)
      send(method(id, 60, 31, shortText(tag)))
    },
    '60.80': (_id, channel, read) => settle(channel, read.longLong(), read.octet() === 1, false),
    '60.90': (_id, channel, read) => settle(channel, read.longLong(), false, read.octet() === 1),
    '60.120': (_id, channel, read) => {
      const tag = read.longLong()
      const bits = read.octet()
      settle(channel, tag, (bits & 1) === 1, (bits & 2) === 2)
    },
  }

  const onConnection: Readonly<Record<string, (read: Reader) => void>> = {
    '10.11': (read) => {
      read.skipTable()
      const [mechanism, response] = [read.shortText(), read.longText()]
      const [, name = '', password = ''] = response.split('\0')
      const known = mechanism === 'PLAIN' ? userOf(name, password) : undefined
      if (known === undefined) { closeConnection(replies.accessRefused, 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.'); return; }
      user = known
      send(method(0, 10, 30, short(2047), long(frameMax), short(heartbeatS)))
    },
    '10.31': (read) => {
      read.short()
      read.long()
      const everyS = read.short()
      if (everyS > 0) beat = setInterval(() => send(frame(frameTypes.heartbeat, 0, Buffer.alloc(0))), everyS * 500).unref()
    },
    '10.40': () => {
      onOpen()
      send(method(0, 10, 41, shortText('')))
    },
    '10.50': () => {
      send(method(0, 10, 51))
      socket.end()
    },
    '10.51': () => void socket.end(),
  }

  const handle = ({ type, channel: id, payload }: Frame): void => {
    if (type !== frameTypes.method) return
    const read = new Reader(payload)
    const name = `${read.short()}.${read.short()}`
    if (id === 0) { ;(onConnection[name] ?? (() => closeConnection(replies.commandInvalid, `COMMAND_INVALID - ${name}`)))(read); return; }
    if (name === '20.10') {
      channels.set(id, { prefetch: 0, nextTag: 1, consumers: new Map(), delivered: new Map() })
      send(method(id, 20, 11, longText(''))); return;
    }
    const channel = channels.get(id)
    const does = onChannel[name]
    if (channel === undefined || does === undefined) closeConnection(replies.commandInvalid, `COMMAND_INVALID - ${name} on channel ${id}`)
    else does(id, channel, read)
  }

  const take = (): void => {
    if (!isGreeted) {
      if (bytes.length < protocolHeader.length) return
      if (!bytes.subarray(0, protocolHeader.length).equals(protocolHeader)) {
        socket.end(protocolHeader)
        return
      }
      bytes = bytes.subarray(protocolHeader.length)
      isGreeted = true
      send(method(0, 10, 10, octet(0), octet(9), emptyTable, longText('PLAIN'), longText('en_US')))
    }
    for (let read = readFrame(bytes); read !== undefined; read = readFrame(bytes)) {
      bytes = read.rest
      handle(read.frame)
    }
  }

  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece])
    take()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    clearInterval(beat)
    for (const id of [...channels.keys()]) endChannel(id)
    onClose()
  })
}
