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

/** The pages that exist, in the order of the navigation. */
export const pages: readonly PageEntry[] = [
  { path: '/chat', label: 'Chat', icon: MessageSquareText, place: 'top', Page: ChatPage },
  {
    path: batchesPath,
    label: 'Batches',
    icon: Layers,
    place: 'top',
    Page: lazy(() => import('@renderer/features/batches/batches-page').then(({ BatchesPage }) => ({ default: BatchesPage }))),
  },
  {
    path: '/status',
    label: 'Status',
    icon: Activity,
    place: 'top',
    Page: lazy(() => import('@renderer/features/status/status-page').then(({ StatusPage }) => ({ default: StatusPage }))),
  },
  {
    path: '/gateway',
    label: 'Gateway',
    icon: Waypoints,
    place: 'top',
    Page: lazy(() => import('@renderer/features/gateway/gateway-page').then(({ GatewayPage }) => ({ default: GatewayPage }))),
  },
  {
    path: accountsPath,
    label: 'Accounts',
    icon: UserRound,
    place: 'bottom',
    Page: lazy(() => import('@renderer/features/accounts/accounts-page').then(({ AccountsPage }) => ({ default: AccountsPage }))),
  },
  {
    path: '/settings',
    label: 'Settings',
    icon: Settings,
    place: 'bottom',
    Page: lazy(() => import('@renderer/features/settings/settings-page').then(({ SettingsPage }) => ({ default: SettingsPage }))),
  },
]

export { WelcomePage }
