import '../../rpc/zod-setup'
import { Database } from '../schema'
import { createSearchServer, type SearchRequest } from './protocol'

// The page names the database in the worker's own name: one window may hold another than the usual.
const opened = new Database(self.name).open()
const answer = createSearchServer(
  async () => {
    const db = await opened
    if (!(db instanceof Database)) throw new TypeError('The search has no database.')
    return db
  },
  (reply) => self.postMessage(reply),
)

self.addEventListener('message', ({ data }: MessageEvent<SearchRequest>) => answer(data))
