import { describe, expect, it } from 'vitest'
import { createSearchServer, type SearchRequest } from '@renderer/db/search/protocol'
import { scan } from '@renderer/db/search/scan'
import { createSearch, type SearchPort } from '@renderer/db/search/search'
import type { SearchHit, SearchProgress } from '@renderer/db/search/types'
import type { Database } from '@renderer/db/schema'
import { addMessage, createTestData } from './support'

async function find(db: Database, query: string, options?: Parameters<typeof scan>[2]): Promise<SearchHit[]> {
  const hits: SearchHit[] = []
  for await (const page of scan(db, query, options)) hits.push(...page)
  return hits
}

function marked({ snippet, ranges }: SearchHit): string {
  return ranges.map(({ start, end }) => snippet.slice(start, end)).join('|')
}

describe('the search', () => {
  it('finds titles first, then text from the newest back', async () => {
    const data = await createTestData()
    const one = await data.history.createConversation({ title: 'Tides' })
    const two = await data.history.createConversation({ title: 'Other' })
    await addMessage(data, one, 'old tides')
    await addMessage(data, two, 'new tides')
    const hits = await find(data.db, 'tides', { pageSize: 1, mostHits: 9 })
    expect(hits.map(({ kind, snippet }) => `${kind}: ${snippet}`)).toEqual(['title: Tides', 'message: new tides', 'message: old tides'])
    expect(hits[1]).toMatchObject({ conversationId: two.id, title: 'Other' })
  })

  it.each([
    ['ECOLE', 'à l’école', 'école'],
    ['école', 'a l’ECOLE', 'ECOLE'],
    ['strasse', 'Die Strasse', 'Strasse'],
    ['naïve', 'na\u0069\u0308ve? naive!', 'nai\u0308ve|naive'],
    ['ΣΟΦΟΣ', 'σοφός', 'σοφός'],
    ['smoke test', 'test: no smoke', 'test|smoke'],
    ['"no smoke"', 'test: no smoke', 'no smoke'],
    ['日本', '今日は日本語', '日本'],
    ['fi 😀', 'wifi 😀 ok', 'fi|😀'],
  ])('finds %s in "%s" and marks it', async (query, text, expected) => {
    const data = await createTestData()
    await addMessage(data, await data.history.createConversation(), text)
    expect((await find(data.db, query)).map(marked)).toEqual([expected])
  })

  it('wants every word, in the same message', async () => {
    const data = await createTestData()
    const chat = await data.history.createConversation()
    await addMessage(data, chat, 'smoke')
    await addMessage(data, chat, 'test')
    expect(await find(data.db, 'smoke test')).toEqual([])
  })

  it('shows the piece of a long message around what was found', async () => {
    const data = await createTestData()
    await addMessage(data, await data.history.createConversation(), `${'before '.repeat(90)}needle ${'after '.repeat(90)}`)
    const [hit] = await find(data.db, 'needle')
    expect(hit!.snippet).toMatch(/^…before.* needle after.*…$/)
    expect(hit!.snippet.length).toBeLessThan(210)
    expect(marked(hit!)).toBe('needle')
  })

  it('leaves out what is in the trash, and stops when it has found enough', async () => {
    const data = await createTestData()
    const gone = await data.history.createConversation({ title: 'word' })
    await addMessage(data, gone, 'word')
    await data.history.softDelete(gone.id)
    expect(await find(data.db, 'word')).toEqual([])
    const chat = await data.history.createConversation()
    for (let index = 0; index < 5; index += 1) await addMessage(data, chat, `word ${index}`)
    expect((await find(data.db, 'word', { pageSize: 2, mostHits: 3 })).map(({ snippet }) => snippet)).toEqual(['word 4', 'word 3', 'word 2'])
  })

  it('finds nothing for an empty query', async () => {
    const { db } = await createTestData()
    expect(await find(db, ' "" ')).toEqual([])
  })

  it('tells its progress through a worker, and of the newest query only', async () => {
    const data = await createTestData()
    const chat = await data.history.createConversation({ title: 'first second' })
    await addMessage(data, chat, 'the second')
    const { port1, port2 } = new MessageChannel()
    const serve = createSearchServer((name) => Promise.resolve(name === 'test' ? data.db : expect.unreachable()), (reply) => port2.postMessage(reply))
    port2.onmessage = ({ data: request }: MessageEvent<SearchRequest>) => serve(request)
    const port: SearchPort = {
      postMessage: (request) => port1.postMessage(request),
      addEventListener: (_type, listener) => void (port1.onmessage = listener),
    }
    const search = createSearch('test', () => port, (cause) => expect.unreachable(String(cause)))
    const stale: SearchProgress[] = []
    search.find('first', (progress) => stale.push(progress))
    const done = await new Promise<SearchProgress>((resolve) => search.find('second', (progress) => progress.isDone && resolve(progress)))
    port1.close()
    expect(done.hits.map(({ kind, snippet }) => `${kind}: ${snippet}`)).toEqual(['title: first second', 'message: the second'])
    expect(stale).toEqual([])
  })
})
