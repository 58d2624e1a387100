import type { Operation } from '@shared/domain/model'

const schema = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'], additionalProperties: false, $schema: 'http://json-schema.org/draft-07/schema#' }
const chatTool = { type: 'function', function: { name: 'read_file', description: 'Reads a file.', parameters: schema, strict: false } }
const cached = { cache_control: { type: 'ephemeral' } }
const pixel = 'data:image/png;base64,iVBORw0KGgo='

const openaiToolsLoop = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: pixel } }] },
    { role: 'assistant', content: null, refusal: null, annotations: [], tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'read_file', arguments: '{"path":"a"}', parsed_arguments: { path: 'a' } } }] },
    { role: 'tool', tool_call_id: 'call_1', content: 'text of a' },
  ],
  tools: [chatTool],
  parallel_tool_calls: true,
  stream: true,
  stream_options: { include_usage: true },
}

const langchainAgent = {
  model: 'm',
  temperature: null,
  top_p: null,
  stop: null,
  n: 1,
  logprobs: null,
  top_logprobs: null,
  stream: false,
  messages: [
    { role: 'user', content: 'Name of CCO?' },
    { role: 'assistant', content: '', tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'read_file', arguments: '{}' } }] },
    { role: 'tool', name: 'read_file', content: [{ type: 'text', text: 'ethanol' }], tool_call_id: 'call_1' },
  ],
  tools: [chatTool],
  tool_choice: { type: 'function', function: { name: 'read_file' } },
}

const opencode = {
  model: 'm',
  max_tokens: 32_000,
  temperature: 0.55,
  top_p: 1,
  messages: [
    { role: 'system', content: 'You are opencode.' },
    { role: 'user', content: 'Change a to b.' },
    { role: 'assistant', content: '', reasoning_content: 'I shall read it.', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: '{"filePath":"a"}' } }] },
    { role: 'tool', tool_call_id: 'c1', content: '<file>a</file>' },
  ],
  tools: [{ type: 'function', function: { name: 'read', description: 'Reads.', parameters: schema } }],
  tool_choice: 'auto',
  reasoning_effort: 'medium',
  stream: true,
  stream_options: { include_usage: true },
}

const codex = {
  model: 'm',
  instructions: 'You are Codex.',
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: '<permissions>' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Change a to b.' }, { type: 'input_image', image_url: pixel }] },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Look.' }], content: null, encrypted_content: 'gAAA' },
    { type: 'function_call', name: 'exec_command', namespace: null, arguments: '{"cmd":"ls"}', call_id: 'c1' },
    { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'a' }, { type: 'input_image', image_url: pixel, detail: 'original' }] },
    { type: 'custom_tool_call', status: 'completed', call_id: 'c2', name: 'apply_patch', input: '*** Begin Patch' },
    { type: 'custom_tool_call_output', call_id: 'c2', output: 'Done' },
    { type: 'local_shell_call', call_id: 'c3', status: 'completed', action: { type: 'exec', command: ['ls'] } },
    { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'a' } },
    { type: 'compaction', encrypted_content: 'gAAA' },
  ],
  tools: [
    { type: 'function', name: 'exec_command', description: 'Runs.', strict: false, parameters: schema, output_schema: {} },
    { type: 'custom', name: 'apply_patch', description: 'Patches.', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
    { type: 'namespace', name: 'mcp__files', description: 'Files.', tools: [{ type: 'function', name: 'list', description: '', strict: false, parameters: schema }] },
    { type: 'tool_search', execution: 'client', description: 'Finds tools.', parameters: schema },
    { type: 'web_search', external_web_access: false },
    { type: 'local_shell' },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'xhigh', summary: 'auto' },
  store: false,
  stream: true,
  include: ['reasoning.encrypted_content'],
  service_tier: null,
  prompt_cache_key: '0199',
  text: { verbosity: 'low' },
  client_metadata: { 'x-codex-installation-id': '1' },
}

const openaiResponses = {
  model: 'm',
  previous_response_id: 'resp_1',
  input: [
    { role: 'user', content: 'Hi' },
    { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }] },
    { id: 'rs_1', type: 'reasoning', summary: [] },
    { id: 'msg_2' },
    { type: 'item_reference', id: 'msg_3' },
    { type: 'mcp_approval_response', approval_request_id: 'a', approve: true },
    { role: 'user', content: [{ type: 'input_file', file_id: 'f' }, { type: 'input_image', file_id: 'f', detail: 'auto' }] },
  ],
  text: { format: { type: 'json_schema', name: 'answer', strict: true, schema } },
  tools: [{ type: 'mcp', server_label: 'a', server_url: 'https://a', require_approval: 'never' }, { type: 'file_search', vector_store_ids: ['v'] }],
  tool_choice: { type: 'file_search' },
  truncation: 'auto',
  metadata: { run: '1' },
}

const claudeCode = {
  model: 'm',
  max_tokens: 32_000,
  system: [{ type: 'text', text: 'You are Claude Code.', ...cached }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: '<system-reminder>' }, { type: 'text', text: 'Change a to b.', ...cached }] },
    { role: 'assistant', content: [{ type: 'thinking', thinking: 'Read.', signature: 'Eq' }, { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file_path: 'a' } }, { type: 'tool_use', id: 'toolu_2', name: 'mcp__files__list', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '1 a', is_error: false }, { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'a' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }, { type: 'tool_reference', tool_name: 'Bash' }], ...cached }] },
    { role: 'system', content: 'The user opened a.' },
  ],
  tools: [
    { name: 'Read', description: 'Reads.', input_schema: schema, eager_input_streaming: true },
    { name: 'Bash', input_schema: { ...schema, $schema: 'https://json-schema.org/draft/2020-12/schema' }, defer_loading: true },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 8 },
    { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
  ],
  thinking: { type: 'adaptive', display: 'omitted' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  output_config: { effort: 'high' },
  metadata: { user_id: '{"device_id":"a","account_uuid":"","session_id":"b"}' },
  betas: ['interleaved-thinking-2025-05-14'],
  temperature: 1,
  stream: true,
}

const anthropicServerTools = {
  model: 'm',
  max_tokens: 4096,
  thinking: { type: 'enabled', budget_tokens: 1024 },
  messages: [
    { role: 'user', content: [{ type: 'document', source: { type: 'url', url: 'https://a' }, citations: { enabled: true } }, { type: 'document', source: { type: 'content', content: 'a' } }, { type: 'search_result', source: 'a', title: 'a', content: [] }] },
    { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'AA' }, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }, { type: 'text', text: 'So.', citations: null }] },
    { role: 'user', content: 'Go on.' },
    { role: 'user', content: 'Please.' },
  ],
  mcp_servers: [{ type: 'url', url: 'https://a', name: 'files' }],
  tools: [{ type: 'mcp_toolset', mcp_server_name: 'files' }],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  stop_sequences: ['END'],
  top_k: 40,
  container: null,
}

/** Requests as programs in use send them, with all that they add. */
export const clientBodies: Readonly<Record<string, readonly [Operation, Readonly<Record<string, unknown>>]>> = {
  'the openai package in a loop of tools': ['chat_completions', openaiToolsLoop],
  'a LangChain agent': ['chat_completions', langchainAgent],
  opencode: ['chat_completions', opencode],
  'a client of vLLM': ['chat_completions', { model: 'm', messages: [{ role: 'user', content: 'Hi' }], structured_outputs: { regex: 'a' }, top_k: -1, min_tokens: 5, ignore_eos: true, chat_template_kwargs: { thinking: true }, response_format: { type: 'structural_tag', structures: [], triggers: [] } }],
  Codex: ['responses', codex],
  'the openai package with tools that the server runs': ['responses', openaiResponses],
  'Claude Code': ['messages', claudeCode],
  'Claude Code when it counts': ['count_tokens', { model: 'm', messages: claudeCode.messages, tools: claudeCode.tools, system: claudeCode.system, thinking: claudeCode.thinking, betas: ['token-counting-2024-11-01'] }],
  'the Anthropic package with tools that the server runs': ['messages', anthropicServerTools],
  'an evaluation harness': ['completions', { model: 'm', prompt: [[1, 2, 3]], max_tokens: 1, logprobs: 1, seed: 1234, echo: true, temperature: 0, stop: null }],
  'the embeddings of LangChain': ['embeddings', { model: 'm', input: [[9906, 1917]], encoding_format: 'base64' }],
}
