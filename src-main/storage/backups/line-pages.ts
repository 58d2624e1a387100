import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { FirstError } from '@shared/errors'

export interface Page {
  /** Whole lines, each with its end. */
  readonly lines: string
  /** Offset of the page after it, in bytes before compression; absent at the end. */
  readonly next?: number
}

export interface LinePages {
  readonly offset: number
  next(): Promise<Page>
  close(): void
}

const newline = 0x0a

/** Reads a gzip file of lines in pages of about `pageBytes`, from a byte of what was compressed. A line is never cut. */
export async function openLinePages(path: string, offset: number, pageBytes: number): Promise<LinePages> {
  const source = createReadStream(path)
  const unzipped = createGunzip()
  source.on('error', (cause) => unzipped.destroy(cause))
  const chunks = source.pipe(unzipped)[Symbol.asyncIterator]()
  const state = { held: Buffer.alloc(0), position: 0, isAtEnd: false }

  const fill = async (bytes: number): Promise<void> => {
    while (!state.isAtEnd && state.held.length < bytes) {
      const chunk: IteratorResult<unknown> = await chunks.next().catch((cause: unknown) => {
        throw new FirstError('backup_damaged', `The snapshot ${path} is damaged.`, { cause })
      })
      if (chunk.done === true) state.isAtEnd = true
      else if (chunk.value instanceof Buffer) state.held = Buffer.concat([state.held, chunk.value])
    }
  }
  const take = (bytes: number): Buffer => {
    const taken = state.held.subarray(0, bytes)
    state.held = state.held.subarray(bytes)
    state.position += taken.length
    return taken
  }
  while (state.position < offset && !(state.isAtEnd && state.held.length === 0)) {
    await fill(1)
    take(offset - state.position)
  }
  return {
    get offset() {
      return state.position
    },
    async next() {
      let wanted = pageBytes
      for (;;) {
        await fill(wanted + 1)
        const end = state.isAtEnd && state.held.length <= wanted ? state.held.length : state.held.lastIndexOf(newline, wanted - 1) + 1
        if (end > 0 || state.held.length === 0) {
          const lines = take(end).toString('utf8')
          return state.isAtEnd && state.held.length === 0 ? { lines } : { lines, next: state.position }
        }
        wanted *= 2 // one line is longer than a page
      }
    },
    close() {
      source.destroy()
      unzipped.destroy()
    },
  }
}
