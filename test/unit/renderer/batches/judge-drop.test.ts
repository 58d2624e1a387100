import { describe, expect, it } from 'vitest'
import { type Dropped, judgeDrop } from '@renderer/features/batches/work/judge-drop'
import { readFirstRequest } from '@renderer/features/batches/work/first-request'

const dropped = (name: string, content: BlobPart = '{"custom_id":"a"}\n'): Dropped => ({ name, isFolder: false, file: new File([content], name) })
const bytes = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'))

async function said(...all: Dropped[]): Promise<string> {
  const judged = await judgeDrop(all)
  return judged.kind === 'file' ? judged.filename : judged.message
}

describe('what was dropped', () => {
  it.each([
    ['papers.jsonl', 'papers.jsonl'],
    ['papers.ndjson', 'papers.jsonl'],
    ['papers.json', 'papers.jsonl'],
    ['papers', 'papers.jsonl'],
    ['PAPERS.JSONL', 'PAPERS.JSONL'],
  ])('%s is taken as %s', async (name, as) => expect(await said(dropped(name))).toBe(as))

  it.each([
    ['all.zip', '504b0304', '“all.zip” is an archive.'],
    ['renamed.jsonl', '504b0304', '“renamed.jsonl” is an archive.'],
    ['papers.jsonl', '1f8b08', '“papers.jsonl” is an archive.'],
    ['figure.jsonl', '89504e47', '“figure.jsonl” is an image.'],
    ['photo', 'ffd8ffe0', '“photo” is an image.'],
    ['paper.pdf', '25504446', '“paper.pdf” is a document.'],
    ['table.csv', '612c62', '“table.csv” is a spreadsheet.'],
    ['model.bin', '47475546', '“model.bin” is a GGUF model.'],
    ['utf16.jsonl', '7b002200', '“utf16.jsonl” is not text in UTF-8.'],
  ])('%s is refused for what it is', async (name, hex, message) => expect(await said(dropped(name, bytes(hex)))).toBe(message))

  it('is told to be a folder, empty, many, or nothing', async () => {
    expect(await said({ name: 'papers', isFolder: true })).toBe('“papers” is a folder.')
    expect(await said(dropped('nothing.jsonl', ''))).toBe('“nothing.jsonl” is empty.')
    expect(await said(dropped('one.jsonl'), dropped('two.jsonl'), dropped('three.jsonl'))).toBe('These are 3 files, and a batch is one.')
    expect(await said()).toBe('What was dropped is not a file.')
  })

  it('is told when it cannot be read', async () => {
    const file = new File(['x'], 'gone.jsonl')
    file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }) as never
    expect(await said({ name: 'gone.jsonl', isFolder: false, file })).toBe('“gone.jsonl” cannot be read.')
  })
})

describe('the first request of a file', () => {
  it('says what it asks for, also behind a byte-order mark, a blank line, or as a bare body', async () => {
    expect(await readFirstRequest(new Blob(['\uFEFF\r\n{"url":"/v1/embeddings","body":{"model":"e"}}\r\n']))).toEqual({ endpoint: '/v1/embeddings', model: 'e' })
    expect(await readFirstRequest(new Blob(['{"model":"m","messages":[]}']))).toEqual({ endpoint: '/v1/chat/completions', model: 'm' })
  })
  it('is of a chat where it makes no sense', async () => {
    expect(await readFirstRequest(new Blob(['{"url": 7']))).toEqual({ endpoint: '/v1/chat/completions', model: undefined })
  })
})
