import { createServer } from 'node:net'
import { FirstError } from '@shared/errors'

/** Below those that systems give to outgoing connections (Linux from 32768, macOS from 49152): an engine may take minutes to listen. */
const first = 20_000
const last = 32_767
const tries = 64

/** A port of loopback that nothing listens on and that is not promised to another replica. @throws FirstError `model_failed` */
export async function choosePort(taken: ReadonlySet<number>, random: () => number): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const port = first + Math.floor(random() * (last - first + 1))
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw new FirstError('model_failed', `No free port was found on 127.0.0.1 between ${first} and ${last}.`, { action: 'Close programs that listen on many ports.' })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
