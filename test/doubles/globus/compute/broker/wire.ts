/** Frames and methods of AMQP 0-9-1 (its specification, sections 2.3 and 4.2), as far as a consumer of queues needs them. */

export const protocolHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1])

export const frameTypes = { method: 1, header: 2, body: 3, heartbeat: 8 } as const

export interface Frame {
  readonly type: number
  readonly channel: number
  readonly payload: Buffer
}

const frameEnd = 0xce
const headBytes = 7

export function frame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(type, 0)
  head.writeUInt16BE(channel, 1)
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.from([frameEnd])])
}

/** The first frame of what came, and what is after it; undefined while it is not whole. @throws RangeError for what is no frame */
export function readFrame(bytes: Buffer): { readonly frame: Frame; readonly rest: Buffer } | undefined {
  if (bytes.length < headBytes) return undefined
  const end = headBytes + bytes.readUInt32BE(3)
  if (bytes.length <= end) return undefined
  if (bytes[end] !== frameEnd) throw new RangeError('a frame without its end')
  return { frame: { type: bytes.readUInt8(0), channel: bytes.readUInt16BE(1), payload: bytes.subarray(headBytes, end) }, rest: bytes.subarray(end + 1) }
}

export const octet = (value: number): Buffer => Buffer.from([value])
export function short(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
export function long(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
export function longLong(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
export const shortText = (text: string): Buffer => Buffer.concat([octet(Buffer.byteLength(text)), Buffer.from(text)])
export const longText = (text: string): Buffer => Buffer.concat([long(Buffer.byteLength(text)), Buffer.from(text)])
export const emptyTable = long(0)

/** A method frame. */
export const method = (channel: number, classId: number, methodId: number, ...parts: readonly Buffer[]): Buffer => frame(frameTypes.method, channel, Buffer.concat([short(classId), short(methodId), ...parts]))

/** Reads the arguments of a method one after another. */
export class Reader {
  private at = 0
  constructor(private readonly bytes: Buffer) {}
  octet = (): number => this.bytes.readUInt8(this.move(1))
  short = (): number => this.bytes.readUInt16BE(this.move(2))
  long = (): number => this.bytes.readUInt32BE(this.move(4))
  longLong = (): number => Number(this.bytes.readBigUInt64BE(this.move(8)))
  shortText = (): string => this.text(this.octet())
  longText = (): string => this.text(this.long())
  /** What is in a table is not looked at. */
  skipTable = (): void => void this.move(this.long())
  private text(length: number): string {
    const from = this.move(length)
    return this.bytes.toString('utf8', from, from + length)
  }
  private move(by: number): number {
    this.at += by
    if (this.at > this.bytes.length) throw new RangeError('a method with too few arguments')
    return this.at - by
  }
}
