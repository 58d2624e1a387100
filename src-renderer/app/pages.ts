import { accountsPath } from '@renderer/features/accounts'
import { batchesPath } from '@renderer/features/batches'
import { ChatPage } from '@renderer/features/chat'
import { WelcomePage } from '@renderer/features/welcome'
import { Activity, Layers, MessageSquareText, Settings, UserRound, Waypoints, type LucideIcon } from 'lucide-react'
import { lazy, type ComponentType } from 'react'

export interface PageEntry {
  readonly path: string
  readonly label: string
  readonly icon: LucideIcon
  /** Where it stands in the navigation. */
  readonly place: 'top' | 'bottom'
  readonly Page: ComponentType
}

/** Of those that a first start does not show. */
const load = {
  batches: () => import('@renderer/features/batches/batches-page').then(({ BatchesPage }) => ({ default: BatchesPage })),
  status: () => import('@renderer/features/status/status-page').then(({ StatusPage }) => ({ default: StatusPage })),
  gateway: () => import('@renderer/features/gateway/gateway-page').then(({ GatewayPage }) => ({ default: GatewayPage })),
  accounts: () => import('@renderer/features/accounts/accounts-page').then(({ AccountsPage }) => ({ default: AccountsPage })),
  settings: () => import('@renderer/features/settings/settings-page').then(({ SettingsPage }) => ({ default: SettingsPage })),
}

/** Fetches their code ahead of the first click; what cannot be had is tried again by then. */
export async function loadPages(): Promise<void> {
  await Promise.allSettled(Object.values(load).map((each) => each()))
}

/** The pages that exist, in the order of the navigation. */
export const pages: readonly PageEntry[] = [
  { path: '/chat', label: 'Chat', icon: MessageSquareText, place: 'top', Page: ChatPage },
  {
    path: batchesPath,
    label: 'Batches',
    icon: Layers,
    place: 'top',
    Page: lazy(load.batches),
  },
  {
    path: '/status',
    label: 'Status',
    icon: Activity,
    place: 'top',
    Page: lazy(load.status),
  },
  {
    path: '/gateway',
    label: 'Gateway',
    icon: Waypoints,
    place: 'top',
    Page: lazy(load.gateway),
  },
  {
    path: accountsPath,
    label: 'Accounts',
    icon: UserRound,
    place: 'bottom',
    Page: lazy(load.accounts),
  },
  {
    path: '/settings',
    label: 'Settings',
    icon: Settings,
    place: 'bottom',
    Page: lazy(load.settings),
  },
]

export { WelcomePage }
