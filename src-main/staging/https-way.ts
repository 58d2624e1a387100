import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { pipeline as joined, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FirstError } from '@shared/errors'
import { isErrno } from '../storage/atomic-file'
import { ask, connectionLost, type Asked, type Door } from './ask'
import { namedSha256, sha256Of } from './digest'
import type { Persist } from './persist'
import { createStallGuard } from './stall-guard'
import { stopOf, tellBytes, type Step } from './step'
import type { LocalFile, Way } from './way'

export interface HttpsWayDeps {
  readonly door: Door
  /** Origin of the collection's HTTPS server. */
  readonly server: (signal: AbortSignal) => Promise<string>
  readonly persist: Persist
  /** Where it goes, and where results come from, as a person calls it. */
  readonly title: () => string
  /** Milliseconds without a byte, either way. */
  readonly quietMs: number
}

/** A file that arrives damaged, or is refused by a server in trouble, so often is not sent again. */
const mostUploads = 5
/** Results are worth more patience: without them all is done again. */
const mostDownloads = 60

/** Files by the HTTPS server of a collection (wire/globus.md, section 4). */
export function createHttpsWay({ door, server, persist, title, quietMs }: HttpsWayDeps): Way {
  const askAt = async (path: string, asked: Omit<Asked, 'url' | 'quietMs'>) => ask(door, { ...asked, quietMs, url: `${await server(asked.signal)}${encoded(path)}` })

  const upload = async ({ path }: LocalFile, to: string, step: Step): Promise<void> => {
    const { size } = await stat(path)
    const tell = tellBytes(step, `Copying the requests to ${title()}`, size)
    const guard = createStallGuard(stopOf(step), quietMs)
    try {
      const moved = (bytes: number): void => {
        guard.alive()
        tell(bytes)
      }
      // Whichever end fails takes the other with it: the request sees why the file cannot be read, and no file stays open.
      const body = () => joined(createReadStream(path), counting(moved), () => undefined)
      const { body: said } = await askAt(to, { method: 'PUT', headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) }, body, signal: guard.signal })
      await said.dump()
    } catch (cause) {
      throw guard.isStalled() ? new FirstError('upstream_unreachable', `${door.who} takes nothing more: nothing has moved for a while.`, { cause }) : cause
    } finally {
      guard.end()
    }
    await verify(path, size, to, stopOf(step))
  }

  /** By its digest where the server names one, else by its size. */
  const verify = async (path: string, size: number, at: string, signal: AbortSignal): Promise<void> => {
    const head = await askAt(at, { method: 'HEAD', headers: { 'want-repr-digest': 'sha-256=10' }, alsoTaken: [404, 405, 501], signal })
    await head.body.dump()
    if (head.statusCode === 404) throw damaged(at)
    if (head.statusCode >= 300) {
      const there = await sizeByRange(at, signal)
      if (there !== undefined && there !== size) throw damaged(at)
      return
    }
    const sha256 = namedSha256(head.headers)
    if (sha256 !== undefined ? sha256 !== (await sha256Of(path)) : lengthOf(head.headers['content-length']) !== size) throw damaged(at)
  }
  const sizeByRange = async (at: string, signal: AbortSignal): Promise<number | undefined> => {
    const { headers, body } = await askAt(at, { method: 'GET', headers: { range: 'bytes=0-0' }, alsoTaken: [416], signal })
    // One that takes no ranges sends all of it.
    await body.dump({ limit: 16_384 })
    return totalOf(headers['content-range'])
  }
  const damaged = (path: string): FirstError => new FirstError('upstream_error', `${path} is not at ${title()} as it was sent.`)

  const download = async (from: string, target: string, step: Step): Promise<void> => {
    const part = `${target}.part`
    const have = await sizeOf(part)
    const signal = stopOf(step)
    const answer = await askAt(from, { method: 'GET', headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) }, alsoTaken: [416], signal })
    const range = answer.headers['content-range']
    if (answer.statusCode === 416) {
      await answer.body.dump()
      if (totalOf(range) !== have) {
        await rm(part, { force: true })
        throw new FirstError('upstream_error', `${from} has changed at ${title()} while it was fetched.`)
      }
    } else {
      const isRest = answer.statusCode === 206 && startOf(range) === have
      const total = isRest ? totalOf(range) : lengthOf(answer.headers['content-length'])
      const tell = tellBytes(step, `Fetching the results from ${title()}`, total)
      const before = isRest ? have : 0
      await pipeline(answer.body, counting((bytes) => tell(before + bytes)), createWriteStream(part, { flags: isRest ? 'a' : 'w', mode: 0o600 }), { signal }).catch((cause: unknown) => {
        if (isErrno(cause, 'ENOSPC')) throw new FirstError('disk_full', 'The disk of the data directory is full: the results cannot be fetched.', { cause })
        throw connectionLost(door.who, cause, signal)
      })
      if (total !== undefined && (await sizeOf(part)) !== total) throw new FirstError('upstream_unreachable', `${door.who} ended ${from} before it was whole.`)
    }
    const sha256 = namedSha256(answer.headers)
    if (sha256 !== undefined && sha256 !== (await sha256Of(part))) {
      await rm(part, { force: true })
      throw damaged(from)
    }
    await rename(part, target)
  }

  return {
    put: (file, to, step) => persist(step, () => upload(file, to, step), mostUploads),
    get: (from, { path }, step) => persist(step, () => download(from, path, step), mostDownloads),
    async remove(paths, signal) {
      for (const path of paths) await (await askAt(path, { method: 'DELETE', alsoTaken: [404], signal })).body.dump()
    },
  }
}

/** Each part of a path as it is; the slashes stay. */
const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')
const lengthOf = (header: string | readonly string[] | undefined): number | undefined => (typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : undefined)
const rangeOf = (header: string | readonly string[] | undefined): RegExpExecArray | null => /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(typeof header === 'string' ? header : '')
const totalOf = (header: string | readonly string[] | undefined): number | undefined => lengthOf(rangeOf(header)?.[2])
const startOf = (header: string | readonly string[] | undefined): number | undefined => lengthOf(rangeOf(header)?.[1])

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return 0
    throw cause
  }
}

/** Passes bytes on, and says how many there were so far. */
function counting(tell: (bytes: number) => void): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      tell(bytes)
      done(null, chunk)
    },
  })
}
