import '../../rpc/zod-setup'
import { Database } from '../schema'
import { createSearchServer, type SearchRequest } from './protocol'

const databases = new Map<string, Database>()

async function openDb(name: string): Promise<Database> {
  const db = databases.get(name) ?? new Database(name)
  databases.set(name, db)
  await db.open()
  return db
}

const answer = createSearchServer(openDb, (reply) => self.postMessage(reply))

self.addEventListener('message', ({ data }: MessageEvent<SearchRequest>) => answer(data))
