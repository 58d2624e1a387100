import type { ResponsesReasoningItem } from '@shared/openai/responses'
import type { ReasoningPart } from '../conversation'

/** Marks reasoning whose text another protocol's server keeps to itself, so that it comes back to it as it was. */
const redactedMark = 'redacted.'

export function readReasoning({ summary, content, encrypted_content: encrypted }: ResponsesReasoningItem): ReasoningPart {
  const text = (summary ?? []).map((part) => part.text).join('\n\n') + (content ?? []).map((part) => part.text).join('')
  return { kind: 'reasoning', text, ...(encrypted && readEncrypted(encrypted)) }
}

function readEncrypted(encrypted: string): Pick<ReasoningPart, 'signature' | 'isRedacted'> {
  return encrypted.startsWith(redactedMark) ? { signature: encrypted.slice(redactedMark.length), isRedacted: true } : { signature: encrypted }
}

export function writeEncrypted({ signature, isRedacted }: ReasoningPart): { encrypted_content?: string } {
  if (signature === undefined) return {}
  return { encrypted_content: isRedacted === true ? redactedMark + signature : signature }
}
