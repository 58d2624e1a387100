import type { LaunchText, LaunchValue } from '../../engines/templates/launch-text'
import { quoteWord } from '../commands/quote'

/** The script's variables that stand for what is known on the node only. */
const variables: Readonly<Record<LaunchValue, string>> = { host: '"$fd_host"', port: '"$fd_port"', key: '"$fd_key"', keyFile: '"$fd_dir/engine-key"' }

/** One word of a shell script that is exactly this text, with the values of the node put in; nothing else in it means anything to the shell. */
export function shellWord(text: LaunchText): string {
  const parts = text.map((part) => (typeof part === 'string' ? quoteWord(part) : variables[part.value]))
  return parts.length === 0 ? "''" : parts.join('')
}
