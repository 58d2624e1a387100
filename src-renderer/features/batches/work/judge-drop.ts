/** Something that was dropped or chosen. */
export interface Dropped {
  readonly name: string
  readonly isFolder: boolean
  /** Absent of a folder. */
  readonly file?: File | undefined
}

export type Judgement =
  | { readonly kind: 'file'; readonly file: File; readonly filename: string }
  /** Why it cannot be a batch, and what to do. */
  | { readonly kind: 'refused'; readonly message: string; readonly action: string }

/** Bytes at the beginning of a file that tell what it is. */
const headBytes = 4096

const wanted = 'A batch is a JSONL file: one request, a JSON object, on each line.'

interface Kind {
  readonly what: string
  readonly action: string
  readonly magic: readonly string[]
  readonly endings: readonly string[]
}

/** What people drop in place of a JSONL file, by its first bytes (in Latin-1) or by how its name ends. */
const kinds: readonly Kind[] = [
  { what: 'a spreadsheet', action: 'Write its rows to a JSONL file, a request on each line, and drop that.', magic: [], endings: ['xlsx', 'xls', 'ods', 'csv', 'tsv'] },
  { what: 'a document', action: wanted, magic: ['%PDF', '\xd0\xcf\x11\xe0'], endings: ['pdf', 'docx', 'doc', 'odt', 'pptx'] },
  { what: 'an archive', action: 'Unpack it and drop the JSONL file that is in it.', magic: ['PK\x03\x04', 'PK\x05\x06', '\x1f\x8b', '7z\xbc\xaf', 'BZh', '\xfd7zXZ', '\x28\xb5\x2f\xfd', 'Rar!'], endings: ['zip', 'gz', 'tgz', 'tar', '7z', 'bz2', 'xz', 'zst', 'rar'] },
  { what: 'an image', action: wanted, magic: ['\x89PNG', '\xff\xd8\xff', 'GIF8', 'II*\x00', 'MM\x00*'], endings: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'tif', 'tiff', 'heic', 'svg', 'avif'] },
  { what: 'a GGUF model', action: 'Add it under Settings, Servers and models.', magic: ['GGUF'], endings: ['gguf'] },
]

const refused = (message: string, action: string): Judgement => ({ kind: 'refused', message, action })

/** Whether what was dropped can be a batch, by its name, its size and its first bytes. */
export async function judgeDrop(dropped: readonly Dropped[]): Promise<Judgement> {
  const [first] = dropped
  if (first === undefined) return refused('What was dropped is not a file.', wanted)
  if (dropped.length > 1) return refused(`These are ${dropped.length} files, and a batch is one.`, 'Drop them one after the other.')
  const { name, isFolder, file } = first
  if (isFolder || file === undefined) return refused(`“${name}” is a folder.`, 'Drop the JSONL file that is in it.')
  if (file.size === 0) return refused(`“${name}” is empty.`, wanted)
  let head: string
  try {
    head = latin1(await file.slice(0, headBytes).arrayBuffer())
  } catch {
    return refused(`“${name}” cannot be read.`, 'Check that it is still there and that you may read it, then drop it again.')
  }
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const kind = kinds.find(({ endings }) => endings.includes(ending)) ?? kinds.find(({ magic }) => magic.some((sign) => head.startsWith(sign)))
  if (kind !== undefined) return refused(`“${name}” is ${kind.what}.`, kind.action)
  if (head.includes('\0')) return refused(`“${name}” is not text in UTF-8.`, wanted)
  // The gateway takes files by this ending only; others, such as .ndjson, hold the same.
  return { kind: 'file', file, filename: ending === 'jsonl' ? name : `${name.replace(/\.(ndjson|json|txt)$/i, '')}.jsonl` }
}

/** A letter for each byte; browsers take `latin1` for Windows' own letters. */
function latin1(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')
}
