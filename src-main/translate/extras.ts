/** Fields that engines add to the protocols and take under the same name in all of them (vLLM's, llama.cpp's, SGLang's). */
const engineFields = new Set([
  'chat_template_kwargs', 'frequency_penalty', 'grammar', 'guided_choice', 'guided_grammar', 'guided_json', 'guided_regex', 'ignore_eos',
  'logit_bias', 'min_p', 'min_tokens', 'presence_penalty', 'repeat_penalty', 'repetition_penalty', 'seed', 'structured_outputs', 'top_k',
])

/** Sorts what the neutral form has no place for into what an engine may understand and what is left out. */
export function sortExtras(extras: Readonly<Record<string, unknown>>): { passed: Record<string, unknown>; dropped: string[] } {
  const entries = Object.entries(extras)
  return {
    passed: Object.fromEntries(entries.filter(([name]) => engineFields.has(name))),
    dropped: entries.map(([name]) => name).filter((name) => !engineFields.has(name)),
  }
}
