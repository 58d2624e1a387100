import { accountsPath } from '@renderer/features/accounts'
import { batchesPath } from '@renderer/features/batches'
import { ChatPage } from '@renderer/features/chat'
import { WelcomePage } from '@renderer/features/welcome'
import { Activity, Layers, MessageSquareText, Settings, UserRound, Waypoints, type LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'
import { latePage } from './late-page'

export interface PageEntry {
  readonly path: string
  readonly label: string
  readonly icon: LucideIcon
  /** Where it stands in the navigation. */
  readonly place: 'top' | 'bottom'
  readonly Page: ComponentType
}

/** Those that a first start does not show. */
const late = {
  batches: latePage(async () => (await import('@renderer/features/batches/batches-page')).BatchesPage),
  status: latePage(async () => (await import('@renderer/features/status/status-page')).StatusPage),
  gateway: latePage(async () => (await import('@renderer/features/gateway/gateway-page')).GatewayPage),
  accounts: latePage(async () => (await import('@renderer/features/accounts/accounts-page')).AccountsPage),
  settings: latePage(async () => (await import('@renderer/features/settings/settings-page')).SettingsPage),
}

/** Fetches their code ahead of the first click; what cannot be had is tried again by then. */
export async function fetchPages(): Promise<void> {
  await Promise.allSettled(Object.values(late).map(({ fetch }) => fetch()))
}

/** The pages that exist, in the order of the navigation. */
export const pages: readonly PageEntry[] = [
  { path: '/chat', label: 'Chat', icon: MessageSquareText, place: 'top', Page: ChatPage },
  { path: batchesPath, label: 'Batches', icon: Layers, place: 'top', Page: late.batches.Page },
  { path: '/status', label: 'Status', icon: Activity, place: 'top', Page: late.status.Page },
  { path: '/gateway', label: 'Gateway', icon: Waypoints, place: 'top', Page: late.gateway.Page },
  { path: accountsPath, label: 'Accounts', icon: UserRound, place: 'bottom', Page: late.accounts.Page },
  { path: '/settings', label: 'Settings', icon: Settings, place: 'bottom', Page: late.settings.Page },
]

export { WelcomePage }
