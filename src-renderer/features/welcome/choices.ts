import { accountsPath } from '@renderer/features/accounts'
import { settingsPath } from '@renderer/features/settings'
import { newChatPath } from '@renderer/features/chat'
import { Compass, Cpu, LogIn, Server, type LucideIcon } from 'lucide-react'

export interface WelcomeChoice {
  readonly title: string
  readonly text: string
  readonly icon: LucideIcon
  /** Where the choice leads. */
  readonly path: string
  /** Whether the guide is to answer there. */
  readonly isGuided?: boolean
}

export const choices: readonly WelcomeChoice[] = [
  {
    title: 'Sign in to my site',
    text: 'ALCF, or a site of your own: its models answer once you are signed in with Globus.',
    icon: LogIn,
    path: accountsPath,
  },
  {
    title: 'Add a gateway or server by URL',
    text: 'Any server with an OpenAI-compatible API: vLLM, Ollama, LM Studio, a cloud, another gateway.',
    icon: Server,
    path: settingsPath('servers', 'add'),
  },
  {
    title: 'Run models on this workstation',
    text: 'A GGUF file from your disk answers on this machine, with no network.',
    icon: Cpu,
    path: settingsPath('servers', 'files'),
  },
  {
    title: 'Look around',
    text: 'The built-in guide answers at once. Nothing to set up, nothing to download.',
    icon: Compass,
    path: newChatPath,
    isGuided: true,
  },
]
