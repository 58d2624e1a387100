import type { Operation } from '@shared/domain/model'

/**
 * Fields that engines add to the protocols and that a server which takes only its own refuses.
 * Sources: vLLM's manual, "OpenAI-Compatible Server", extra parameters; llama.cpp's tools/server/README.md; Ollama's docs/openai.md.
 */
const engineFields = [
  // vLLM: sampling
  'use_beam_search', 'top_k', 'min_p', 'repetition_penalty', 'length_penalty', 'stop_token_ids', 'include_stop_str_in_output', 'ignore_eos', 'min_tokens', 'best_of',
  'skip_special_tokens', 'spaces_between_special_tokens', 'truncate_prompt_tokens', 'prompt_logprobs', 'allowed_token_ids', 'bad_words', 'logits_processors', 'thinking_token_budget',
  // vLLM: the prompt
  'echo', 'add_generation_prompt', 'continue_final_message', 'add_special_tokens', 'documents', 'chat_template', 'chat_template_kwargs', 'mm_processor_kwargs', 'media_io_kwargs',
  // vLLM: shape of the answer
  'guided_json', 'guided_regex', 'guided_choice', 'guided_grammar', 'guided_decoding_backend', 'guided_whitespace_pattern', 'structural_tag', 'structured_outputs',
  'include_reasoning', 'return_tokens_as_token_ids', 'return_token_ids',
  // vLLM: the scheduler
  'priority', 'request_id', 'cache_salt', 'kv_transfer_params', 'vllm_xargs',
  // llama.cpp
  'grammar', 'grammar_lazy', 'json_schema', 'mirostat', 'mirostat_tau', 'mirostat_eta', 'typical_p', 'repeat_penalty', 'repeat_last_n', 'penalize_nl', 'dynatemp_range', 'dynatemp_exponent',
  'dry_multiplier', 'dry_base', 'dry_allowed_length', 'dry_penalty_last_n', 'dry_sequence_breakers', 'xtc_probability', 'xtc_threshold', 'top_n_sigma', 'samplers', 'min_keep', 'n_predict', 'n_keep',
  'n_probs', 'n_indent', 'n_discard', 'cache_prompt', 'id_slot', 't_max_predict_ms', 'timings_per_token', 'return_progress', 'post_sampling_probs', 'reasoning_format', 'thinking_forced_open', 'parse_tool_calls', 'lora',
  // Ollama, and switches of thinking that several engines know
  'options', 'keep_alive', 'format', 'num_ctx', 'num_predict', 'think', 'thinking', 'thinking_budget', 'enable_thinking', 'reasoning', 'separate_reasoning',
] as const

/** Where such a name is also a field of the protocol itself. */
const protocolsOwn: Partial<Record<Operation, readonly string[]>> = {
  completions: ['best_of', 'echo'],
  responses: ['reasoning'],
  messages: ['top_k', 'thinking'],
  count_tokens: ['thinking'],
}

/** Fields of Chat Completions that the other protocols of text do not have, and that a translation hands on for the engines which take them. */
const chatsOwn = ['frequency_penalty', 'presence_penalty', 'logit_bias', 'seed']

/** Fields of an operation that only engines know. */
export function engineFieldsOf(operation: Operation): ReadonlySet<string> {
  return (sets[operation] ??= new Set<string>([...engineFields.filter((field) => protocolsOwn[operation]?.includes(field) !== true), ...(operation === 'messages' || operation === 'responses' ? chatsOwn : [])]))
}

const sets: Partial<Record<Operation, ReadonlySet<string>>> = {}
