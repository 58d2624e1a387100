import { ggmlTypes } from './ggml-types'

type Scalar = number | string | boolean

/** What the head of a GGUF file says. Lists are kept when they are short; of a long one, such as the vocabulary, only its length. */
export interface GgufHead {
  readonly version: number
  readonly metadata: ReadonlyMap<string, Scalar | readonly Scalar[]>
  readonly listLengths: ReadonlyMap<string, number>
  /** Length of a whole file with this head, in bytes. */
  readonly expectedBytes: number
}

/** The bytes end before the head does: read more of the file. */
export class HeadIncomplete extends Error {}
/** The bytes are not the head of a GGUF file that can be read; the message says why. */
export class NotGguf extends Error {}

const keptListLength = 512
const maxEntries = 1_000_000
const defaultAlignment = 32

/** Parses a head (GGUF versions 2 and 3, little-endian; ggml's gguf.md). @throws HeadIncomplete, NotGguf */
export function parseGgufHead(bytes: Buffer): GgufHead {
  const reader = createReader(bytes)
  const magic = reader.take(4)
  if (magic.toString('latin1') !== 'GGUF') throw new NotGguf('it does not begin with "GGUF"')
  const version = reader.u32()
  if (version !== 2 && version !== 3) throw new NotGguf(version > 0xffff ? 'it is a big-endian file' : `its version is ${version}; 2 and 3 can be read`)
  const tensorCount = reader.count()
  const pairCount = reader.count()
  const metadata = new Map<string, Scalar | readonly Scalar[]>()
  const listLengths = new Map<string, number>()
  for (let index = 0; index < pairCount; index++) {
    const key = reader.text()
    const value = reader.value(reader.u32())
    if (typeof value !== 'object') metadata.set(key, value)
    else {
      listLengths.set(key, value.length)
      if (value.kept) metadata.set(key, value.kept)
    }
  }
  let dataBytes = 0
  for (let index = 0; index < tensorCount; index++) dataBytes = Math.max(dataBytes, tensorEnd(reader))
  const alignment = metadata.get('general.alignment')
  const unit = typeof alignment === 'number' && alignment > 0 ? alignment : defaultAlignment
  return { version, metadata, listLengths, expectedBytes: Math.ceil(reader.position() / unit) * unit + dataBytes }
}

/** Where one tensor ends, from the start of the data; of a type that is not known here, where it starts. */
function tensorEnd(reader: Reader): number {
  reader.text()
  const dimensions = reader.u32()
  if (dimensions > 4) throw new NotGguf(`a tensor has ${dimensions} dimensions`)
  let values = 1
  for (let index = 0; index < dimensions; index++) values *= reader.u64()
  const layout = ggmlTypes[reader.u32()]
  const offset = reader.u64()
  return layout ? offset + (values / layout.values) * layout.bytes : offset
}

interface List {
  readonly length: number
  readonly kept: readonly Scalar[] | undefined
}

interface Reader {
  take(length: number): Buffer
  u32(): number
  u64(): number
  /** A number of entries, refused when no real file has so many. */
  count(): number
  text(): string
  value(type: number): Scalar | List
  position(): number
}

function createReader(bytes: Buffer): Reader {
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new HeadIncomplete()
    at += length
    return bytes.subarray(at - length, at)
  }
  const u32 = (): number => take(4).readUInt32LE()
  const u64 = (): number => {
    const value = take(8).readBigUInt64LE()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new NotGguf('it holds an impossible number')
    return Number(value)
  }
  const count = (): number => {
    const value = u64()
    if (value > maxEntries) throw new NotGguf(`it claims ${value} entries`)
    return value
  }
  const text = (): string => take(u64()).toString('utf8')
  /** By `gguf_metadata_value_type`. */
  const scalars: Readonly<Record<number, () => Scalar>> = {
    0: () => take(1).readUInt8(),
    1: () => take(1).readInt8(),
    2: () => take(2).readUInt16LE(),
    3: () => take(2).readInt16LE(),
    4: u32,
    5: () => take(4).readInt32LE(),
    6: () => take(4).readFloatLE(),
    7: () => take(1).readUInt8() !== 0,
    8: text,
    10: () => Number(take(8).readBigUInt64LE()),
    11: () => Number(take(8).readBigInt64LE()),
    12: () => take(8).readDoubleLE(),
  }
  const listType = 9
  const value = (type: number): Scalar | List => {
    const read = scalars[type]
    if (read) return read()
    if (type !== listType) throw new NotGguf(`it holds a value of unknown type ${type}`)
    return list()
  }
  const list = (): List => {
    const readItem = scalars[u32()]
    if (!readItem) throw new NotGguf('it holds a list of lists')
    const length = count()
    const kept: Scalar[] | undefined = length <= keptListLength ? [] : undefined
    for (let index = 0; index < length; index++) {
      const item = readItem()
      kept?.push(item)
    }
    return { length, kept }
  }
  return { take, u32, u64, count, text, value, position: () => at }
}
