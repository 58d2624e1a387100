import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentId } from '@shared/agents/agent'
import type { Asked } from '../doubles/scripted-engine/asked'
import type { Turn } from '../doubles/scripted-engine/turn'

export const before = 'Hello, world\n'
export const after = 'Good day, world\n'
export const conclusion = 'The greeting is changed.'
const task = 'Change the greeting in greeting.txt.'

export interface AgentProgram {
  readonly id: AgentId
  /** Command and arguments; the first is a file of node_modules. */
  readonly command: readonly string[]
  /** Tools that read and edit a file, as the program offers them. Requests without them are for a title and the like. */
  readonly edits: (asked: Asked, file: string) => readonly Turn[] | undefined
}

const has = (asked: Asked, ...tools: readonly string[]): boolean => tools.every((tool) => asked.tools.includes(tool))

const patch = "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: greeting.txt\n@@\n-Hello, world\n+Good day, world\n*** End Patch\nEOF"

export const agentPrograms: readonly AgentProgram[] = [
  {
    id: 'opencode',
    command: [`opencode-${process.platform}-${process.arch}-baseline/bin/opencode`, 'run', '--auto', task],
    edits: (asked, filePath) =>
      has(asked, 'read', 'edit') ? [{ reasoning: 'I read it first.', calls: [{ name: 'read', arguments: { filePath } }] }, { calls: [{ name: 'edit', arguments: { filePath, oldString: 'Hello', newString: 'Good day' } }] }] : undefined,
  },
  {
    id: 'codex',
    // Its own sandbox needs rights that a scratch folder does not.
    command: ['@openai/codex/bin/codex.js', 'exec', '--skip-git-repo-check', '--sandbox', 'danger-full-access', task],
    edits: (asked) =>
      has(asked, 'exec_command') ? [{ reasoning: 'I read it first.', text: 'Reading.', calls: [{ name: 'exec_command', arguments: { cmd: 'cat greeting.txt' } }] }, { calls: [{ name: 'exec_command', arguments: { cmd: patch } }] }] : undefined,
  },
  {
    id: 'pi',
    command: ['@mariozechner/pi-coding-agent/dist/cli.js', '-p', task],
    edits: (asked, path) =>
      has(asked, 'read', 'edit') ? [{ calls: [{ name: 'read', arguments: { path } }] }, { calls: [{ name: 'edit', arguments: { path, edits: [{ oldText: 'Hello', newText: 'Good day' }] } }] }] : undefined,
  },
  {
    id: 'claude',
    command: [`@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`, '-p', '--permission-mode', 'acceptEdits', task],
    edits: (asked, file) =>
      has(asked, 'Read', 'Edit')
        ? [{ reasoning: 'I read it first.', calls: [{ name: 'Read', arguments: { file_path: file } }] }, { calls: [{ name: 'Edit', arguments: { file_path: file, old_string: 'Hello', new_string: 'Good day' } }] }]
        : undefined,
  },
]

/**
 * The command of a program as it was installed for this platform; its own file is run by Node where it is JavaScript.
 * @throws Error that says in words why it cannot run
 */
export function commandOf({ id, command: [file = '', ...args] }: AgentProgram): readonly [string, ...string[]] {
  const programs = process.env['FIRST_DESKTOP_AGENT_PROGRAMS']
  if (programs === undefined) throw new Error('The agent programs are not installed: run «npm test -- agents», which does it and says where they are.')
  const path = join(programs, 'node_modules', file)
  if (!existsSync(path)) throw new Error(`${id} cannot run here: its package for ${process.platform} on ${process.arch} is not among those that test/agents/programs pins.`)
  return path.endsWith('.js') ? [process.execPath, path, ...args] : [path, ...args]
}
