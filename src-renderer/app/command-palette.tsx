import { useConversationList, useSearch } from '@renderer/db'
import { accountsPath } from '@renderer/features/accounts'
import { batchesPath } from '@renderer/features/batches'
import { chatPath, newChatPath } from '@renderer/features/chat'
import { gatewayPath } from '@renderer/features/gateway'
import { settingsPath } from '@renderer/features/settings'
import { statusPath } from '@renderer/features/status'
import { setAppearance } from '@renderer/ui/appearance'
import { useReturnFocus } from '@renderer/ui/use-return-focus'
import { Command } from 'cmdk'
import { Activity, Boxes, ChartColumn, Compass, KeyRound, Keyboard, Layers, List, ListTodo, MessageSquareText, Moon, Plug, Search, Server, Settings, SquarePen, Sun, SunMoon, UserRound, Waypoints, type LucideIcon } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useState } from 'react'
import { useLocation } from 'wouter'

export interface CommandPaletteProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onShortcuts: () => void
}

export function CommandPalette({ isOpen, onClose, onShortcuts }: CommandPaletteProps) {
  const focus = useReturnFocus()
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-veil" />
        <Radix.Content
          {...focus}
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-40 w-[calc(100vw-3rem)] max-w-xl -translate-x-1/2 animate-appear overflow-hidden rounded-xl border border-line bg-raised shadow-pop"
        >
          <Radix.Title className="sr-only">Search and commands</Radix.Title>
          <Palette onClose={onClose} onShortcuts={onShortcuts} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface PaletteCommand {
  readonly label: string
  readonly icon: LucideIcon
  readonly run: () => void
}

function Palette({ onClose, onShortcuts }: Omit<CommandPaletteProps, 'isOpen'>) {
  const [, navigate] = useLocation()
  const [query, setQuery] = useState('')
  const { pinned, open, isLoaded } = useConversationList()
  const { hits } = useSearch(query)
  const commands: readonly PaletteCommand[] = [
    { label: 'New chat', icon: SquarePen, run: () => navigate(newChatPath) },
    { label: 'Add a server', icon: Server, run: () => navigate(settingsPath('servers', 'add')) },
    { label: 'Batches', icon: Layers, run: () => navigate(batchesPath) },
    { label: 'Status of clusters', icon: Activity, run: () => navigate(statusPath('clusters')) },
    { label: 'Status of models', icon: Boxes, run: () => navigate(statusPath('models')) },
    { label: 'Jobs', icon: ListTodo, run: () => navigate(statusPath('jobs')) },
    { label: 'Gateway', icon: Waypoints, run: () => navigate(gatewayPath('overview')) },
    { label: 'Connect a program', icon: Plug, run: () => navigate(gatewayPath('connect')) },
    { label: 'Create a key', icon: KeyRound, run: () => navigate(gatewayPath('keys', 'new')) },
    { label: 'Requests now and lately', icon: List, run: () => navigate(gatewayPath('requests')) },
    { label: 'Usage', icon: ChartColumn, run: () => navigate(gatewayPath('usage')) },
    { label: 'Accounts: sign in and out', icon: UserRound, run: () => navigate(accountsPath) },
    { label: 'Settings', icon: Settings, run: () => navigate(settingsPath('general')) },
    { label: 'Ways to begin', icon: Compass, run: () => navigate('/welcome') },
    { label: 'Keyboard shortcuts', icon: Keyboard, run: onShortcuts },
    { label: 'Light theme', icon: Sun, run: () => setAppearance({ theme: 'light' }) },
    { label: 'Dark theme', icon: Moon, run: () => setAppearance({ theme: 'dark' }) },
    { label: 'Theme of the system', icon: SunMoon, run: () => setAppearance({ theme: 'system' }) },
  ]
  const choose = (run: () => void) => () => {
    onClose()
    run()
  }
  const words = query.trim().toLowerCase()
  const fitting = commands.filter(({ label }) => label.toLowerCase().includes(words))
  const found =
    words === ''
      ? [...pinned, ...open].slice(0, 8).map(({ id, title }) => ({ key: id, title, snippet: undefined, path: chatPath(id) }))
      : hits.slice(0, 20).map(({ conversationId, messageId, title, kind, snippet }) => ({
          key: `${conversationId} ${messageId ?? ''}`,
          title,
          snippet: kind === 'message' ? snippet : undefined,
          path: chatPath(conversationId, messageId),
        }))

  return (
    <Command label="Search and commands" shouldFilter={false} loop>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search className="size-4 text-ink-mute" strokeWidth={1.75} aria-hidden />
        <Command.Input
          aria-label="Search conversations and commands"
          placeholder="Search conversations and commands"
          value={query}
          onValueChange={setQuery}
          className="h-12 flex-1 bg-transparent text-base focus-visible:outline-none"
        />
      </div>
      <Command.List className="max-h-[min(26rem,60dvh)] overflow-y-auto p-1.5">
        {/* Nothing before the conversations are read: what is first in the list is what Enter takes. */}
        <Command.Empty className="px-3 py-8 text-center text-sm text-ink-mute">Nothing found.</Command.Empty>
        {isLoaded && found.length > 0 && (
          <Command.Group heading={<Heading text={words === '' ? 'Recent' : 'Conversations'} />}>
            {found.map(({ key, title, snippet, path }) => (
              <Item key={key} value={key} icon={MessageSquareText} onSelect={choose(() => navigate(path))}>
                <span className="block truncate">{title}</span>
                {snippet !== undefined && <span className="block truncate text-xs text-ink-mute">{snippet}</span>}
              </Item>
            ))}
          </Command.Group>
        )}
        {isLoaded && fitting.length > 0 && (
          <Command.Group heading={<Heading text="Commands" />}>
            {fitting.map(({ label, icon, run }) => (
              <Item key={label} value={label} icon={icon} onSelect={choose(run)}>
                {label}
              </Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  )
}

function Heading({ text }: { readonly text: string }) {
  return <span className="block px-2.5 pt-2 pb-1 text-xs text-ink-mute">{text}</span>
}

interface ItemProps {
  readonly value: string
  readonly icon: LucideIcon
  readonly onSelect: () => void
  readonly children: React.ReactNode
}

function Item({ value, icon: Icon, onSelect, children }: ItemProps) {
  return (
    <Command.Item value={value} onSelect={onSelect} className="flex min-h-9 items-center gap-2.5 rounded-md px-2.5 py-1 text-sm data-[selected=true]:bg-hover">
      <Icon className="size-4 shrink-0 text-ink-mute" strokeWidth={1.75} aria-hidden />
      <span className="min-w-0 flex-1">{children}</span>
    </Command.Item>
  )
}
