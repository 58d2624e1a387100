import { Argument, type Command } from 'commander'
import { agentIds, type AgentId } from '@shared/agents/agent'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'

interface ChangeFlags {
  readonly dataDir: string
  readonly yes?: boolean
}

/** Points agent programs at the gateway, in their own files. */
export function addAgent(program: Command, context: CliContext): void {
  const agent = program.command('agent').description('point agent programs at this gateway, and back')
  const which = (): Argument => new Argument('<agent>', 'the agent program').choices(agentIds)
  const yes = (): ReturnType<typeof flag> => flag('-y, --yes', 'make the change without asking')

  agent
    .command('configure')
    .description('write the address, a key of its own and a model into the files of an agent')
    .addArgument(which())
    .addOption(flag('-m, --model <model>', 'model it is to use (default: the first that is live)'))
    .addOption(yes())
    .addOption(dataDirFlag())
    .action(async (id: AgentId, flags: ChangeFlags & { readonly model?: string }) => {
      const { configureAgent } = await import('../agent-setup')
      await configureAgent(id, flags, context)
    })

  agent
    .command('undo')
    .description('put the files of an agent back, and revoke its key')
    .addArgument(which())
    .addOption(yes())
    .addOption(dataDirFlag())
    .action(async (id: AgentId, flags: ChangeFlags) => {
      const { undoAgent } = await import('../agent-setup')
      await undoAgent(id, flags, context)
    })

  agent
    .command('list')
    .description('list the agents that are known, and what was done to them')
    .addOption(flag('--json', 'print JSON'))
    .addOption(dataDirFlag())
    .action(async (flags: { readonly dataDir: string; readonly json?: boolean }) => {
      const { listAgents } = await import('../agent-setup')
      await listAgents(flags, context)
    })
}
