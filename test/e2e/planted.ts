import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A part of a secret that no compression takes apart: tokens are random. */
const core = (secret: string): string => secret.slice(4, 36)

/** Files anywhere below a folder that hold one of these secrets, as bytes or as UTF-16; with how many files were read. */
export async function filesWith(folder: string, secrets: readonly string[]): Promise<{ readonly found: readonly string[]; readonly read: readonly string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const parts = secrets.flatMap((secret) => [Buffer.from(core(secret)), Buffer.from(core(secret), 'utf16le')])
  const found: string[] = []
  for (const path of paths) {
    const content = await readFile(path)
    if (parts.some((part) => content.includes(part))) found.push(path)
  }
  return { found, read: paths }
}

/** Command lines of processes, as anybody on the machine can read them. */
export function commandLines(pids: readonly number[]): string {
  return pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')).join('\n')
}

/** Which of these secrets stand in a text. */
export const secretsIn = (text: string, secrets: readonly string[]): readonly string[] => secrets.filter((secret) => text.includes(core(secret)))
