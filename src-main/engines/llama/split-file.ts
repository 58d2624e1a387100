import { readGgufFile, type GgufFile } from './gguf-file'

/** `llama-gguf-split` names parts `<name>-00001-of-00003.gguf`. */
const splitName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i

/** The parts of a model whose first part is `path`: the file alone, where it is not split. */
export function partsOf(path: string): string[] {
  const [, base, , count] = splitName.exec(path) ?? []
  if (base === undefined || count === undefined) return [path]
  return Array.from({ length: Number(count) }, (_, index) => `${base}-${String(index + 1).padStart(5, '0')}-of-${count}.gguf`)
}

export function isLaterPart(path: string): boolean {
  const number = splitName.exec(path)?.[2]
  return number !== undefined && Number(number) !== 1
}

/**
 * Reads the head of each part; what is said of the model stands in the first, `sizeBytes` is that of all.
 * @throws FirstError `model_file_invalid`, naming the part at fault.
 */
export async function readModelFile(path: string): Promise<GgufFile> {
  const [first, ...rest] = partsOf(path)
  const model = await readGgufFile(first ?? path)
  let { sizeBytes } = model
  for (const part of rest) sizeBytes += (await readGgufFile(part)).sizeBytes
  return { ...model, sizeBytes }
}
