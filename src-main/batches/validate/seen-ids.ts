export interface SeenIds {
  /**
   * The line that had this id first; remembers it for `line` where none had.
   * @param line from 1 to 2^32 - 1
   * @param idOf reads the id of an earlier line again: what is held of an id is not the whole of it.
   */
  earlierLineOf(id: string, line: number, idOf: (line: number) => string | undefined): number | undefined
  /** Ids that were remembered when there was no more room; absent while there is. */
  readonly fullAt: number | undefined
}

/** Two whole numbers of 32 bits. */
type Hash = (text: string, seed: number) => readonly [number, number]

interface SeenIdsOptions {
  readonly maxIds?: number
  /** Of the hash, so that nobody can write a file whose ids all meet in one place. */
  readonly seed: number
  readonly hash?: Hash
}

const tableCount = 256
const firstSlots = 16
const fullestShare = 0.8
const growth = 1.5

/**
 * Ids in 8 bytes a slot, 32 bits of a hash and the line, 10 to 15 bytes an id; two ids that look alike are told apart by reading the
 * earlier one again. Of many small tables only one grows at a time, so that growing needs next to no room.
 */
export function createSeenIds({ maxIds = 10_000_000, seed, hash = hashOf }: SeenIdsOptions): SeenIds {
  const tables = Array.from({ length: tableCount }, createTable)
  let ids = 0
  return {
    earlierLineOf(id, line, idOf) {
      const [place, tag] = hash(id, seed)
      const table = tables[place % tableCount]
      const earlier = table?.find(tag, (candidate) => idOf(candidate) === id)
      if (earlier === undefined && ids < maxIds) {
        table?.add(tag, line)
        ids++
      }
      return earlier
    },
    get fullAt() {
      return ids === maxIds ? ids : undefined
    },
  }
}

/** Open addressing; a slot is a tag and a line, and line 0 is no line. */
function createTable() {
  let slots = firstSlots
  let cells = new Uint32Array(2 * slots)
  let used = 0

  const startOf = (tag: number): number => Math.floor((tag / 2 ** 32) * slots)
  const put = (tag: number, line: number): void => {
    let slot = startOf(tag)
    while (cells[2 * slot + 1] !== 0) slot = slot + 1 === slots ? 0 : slot + 1
    cells[2 * slot] = tag
    cells[2 * slot + 1] = line
  }
  const grow = (): void => {
    const old = cells
    slots = Math.ceil(slots * growth)
    cells = new Uint32Array(2 * slots)
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) put(old[at] ?? 0, old[at + 1] ?? 0)
  }

  return {
    find(tag: number, isSame: (line: number) => boolean): number | undefined {
      for (let slot = startOf(tag); ; slot = slot + 1 === slots ? 0 : slot + 1) {
        const line = cells[2 * slot + 1] ?? 0
        if (line === 0) return undefined
        if (cells[2 * slot] === tag && isSame(line)) return line
      }
    },
    add(tag: number, line: number): void {
      if (used + 1 > fullestShare * slots) grow()
      put(tag, line)
      used++
    },
  }
}

/** Two hashes in one pass over the UTF-16 units: multiply and mix, with the finaliser of MurmurHash3. */
function hashOf(text: string, seed: number): readonly [number, number] {
  let a = seed ^ 0x9e3779b9
  let b = Math.imul(seed, 0x85ebca6b) ^ text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x5bd1e995)
    a ^= b >>> 15
  }
  return [mix(a), mix(b ^ Math.imul(a, 0x27d4eb2f))]
}

function mix(hashed: number): number {
  let mixed = Math.imul(hashed ^ (hashed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
