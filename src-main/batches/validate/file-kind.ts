import type { BatchFinding } from '@shared/domain/batch-report'
import { findingKinds } from '@shared/domain/batch-report'

/** As many bytes from the start of a file tell what it is. */
export const kindBytes = 512

interface Kind {
  /** Goes on from `This is`. */
  readonly what: string
  readonly fix?: string
  readonly matches: (head: Buffer) => boolean
}

const unpack = 'Unpack it, and choose the JSONL file that is inside.'
const saveAsUtf8 = 'Save it as UTF-8; most editors have that in "Save as".'
const oneALine = 'Put each request on a line of its own, for example with: jq -c \'.[]\' requests.json > requests.jsonl'

function starts(...signature: readonly number[]): Kind['matches'] {
  const bytes = Buffer.from(signature)
  return (head) => head.subarray(0, bytes.length).equals(bytes)
}
function holds(text: string, at = 0): Kind['matches'] {
  return (head) => head.subarray(at, at + text.length).equals(Buffer.from(text, 'latin1'))
}
const either =
  (...tests: readonly Kind['matches'][]): Kind['matches'] =>
  (head) =>
    tests.some((matches) => matches(head))
const both =
  (...tests: readonly Kind['matches'][]): Kind['matches'] =>
  (head) =>
    tests.every((matches) => matches(head))

const firstText = (head: Buffer): string => head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '').trimStart()

/** Signatures as in file(1) and in the formats' own descriptions; the first that matches counts. */
const kinds: readonly Kind[] = [
  { what: 'text in UTF-32', fix: saveAsUtf8, matches: either(starts(0xff, 0xfe, 0, 0), starts(0, 0, 0xfe, 0xff)) },
  { what: 'text in UTF-16', fix: saveAsUtf8, matches: either(starts(0xff, 0xfe), starts(0xfe, 0xff), starts(0x7b, 0, 0x22, 0), starts(0, 0x7b, 0, 0x22)) },
  { what: 'a zip archive or an Office document', fix: unpack, matches: either(holds('PK\x03\x04'), holds('PK\x05\x06')) },
  { what: 'compressed with gzip', fix: unpack, matches: starts(0x1f, 0x8b) },
  { what: 'compressed with bzip2', fix: unpack, matches: both(holds('BZh'), holds('1AY&SY', 4)) },
  { what: 'compressed with xz', fix: unpack, matches: starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0) },
  { what: 'compressed with zstd', fix: unpack, matches: starts(0x28, 0xb5, 0x2f, 0xfd) },
  { what: 'a 7-Zip archive', fix: unpack, matches: starts(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c) },
  { what: 'a tar archive', fix: unpack, matches: holds('ustar', 257) },
  { what: 'a PDF document', matches: holds('%PDF-') },
  { what: 'a PNG image', matches: starts(0x89, 0x50, 0x4e, 0x47) },
  { what: 'a JPEG image', matches: starts(0xff, 0xd8, 0xff) },
  { what: 'a GIF image', matches: holds('GIF8') },
  { what: 'a WebP image', matches: both(holds('RIFF'), holds('WEBP', 8)) },
  { what: 'a TIFF image', matches: either(starts(0x49, 0x49, 0x2a, 0), starts(0x4d, 0x4d, 0, 0x2a)) },
  { what: 'an image or a video', matches: holds('ftyp', 4) },
  { what: 'a Parquet table', matches: holds('PAR1') },
  { what: 'an SQLite database', matches: holds('SQLite format 3\0') },
  { what: 'a GGUF model', matches: holds('GGUF') },
  { what: 'a program', matches: either(starts(0x7f, 0x45, 0x4c, 0x46), both(holds('MZ'), (head) => head.includes(0))) },
  { what: 'a JSON list, not JSONL', fix: oneALine, matches: (head) => firstText(head).startsWith('[') },
  { what: 'one JSON document over several lines, not JSONL', fix: oneALine, matches: (head) => /^\{[ \t]*\r?\n/.test(firstText(head)) },
]

/** What a file is that cannot be a batch, told by its first `kindBytes` bytes. */
export function unsupportedFile(head: Buffer): BatchFinding | undefined {
  const kind = kinds.find(({ matches }) => matches(head))
  return kind && { line: null, code: 'unsupported_file', message: `This is ${kind.what}; a batch is a JSONL file, one request a line.`, fix: kind.fix ?? findingKinds.unsupported_file.fix }
}
