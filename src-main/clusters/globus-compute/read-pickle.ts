const opcodes = { proto: 0x80, frame: 0x95, shortBinUnicode: 0x8c, binUnicode: 0x58, binUnicode8: 0x8d, memoize: 0x94, stop: 0x2e }

/**
 * The text that a pickle holds, by the opcodes of a string alone: nothing else is ever built from one.
 * @returns undefined for a pickle of anything else, or one that is cut
 */
export function readPickledText(pickle: Uint8Array): string | undefined {
  const bytes = Buffer.from(pickle.buffer, pickle.byteOffset, pickle.byteLength)
  let at = 0
  let text: string | undefined
  const take = (count: number): Buffer | undefined => {
    if (at + count > bytes.length) return undefined
    at += count
    return bytes.subarray(at - count, at)
  }
  const takeText = (sizeBytes: number | undefined): boolean => {
    const read = sizeBytes === undefined || text !== undefined ? undefined : take(sizeBytes)
    text = read?.toString('utf8')
    return read !== undefined
  }
  for (;;) {
    switch (take(1)?.[0]) {
      case opcodes.proto:
        if (take(1) === undefined) return undefined
        break
      case opcodes.frame:
        if (take(8) === undefined) return undefined
        break
      case opcodes.shortBinUnicode:
        if (!takeText(take(1)?.[0])) return undefined
        break
      case opcodes.binUnicode:
        if (!takeText(take(4)?.readUInt32LE())) return undefined
        break
      case opcodes.binUnicode8:
        if (!takeText(sizeOf(take(8)))) return undefined
        break
      case opcodes.memoize:
        break
      case opcodes.stop:
        return at === bytes.length ? text : undefined
      default:
        return undefined
    }
  }
}

function sizeOf(bytes: Buffer | undefined): number | undefined {
  const size = bytes?.readBigUInt64LE()
  return size === undefined || size > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(size)
}
