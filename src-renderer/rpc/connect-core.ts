import { desktopOrigin } from '@shared/rpc/desktop'
import { systemClock } from '../db/environment'
import { type CoreConnection, createCoreConnection } from './connection'
import { createPortTransport } from './port-transport'
import { createWebSocketTransport } from './websocket-transport'

/**
 * Connects this window to its core: by the preload's port in Electron, else by WebSocket to the page's origin.
 * Returns at once; `state` tells how it goes, and it connects again whenever it breaks.
 */
export function connectCore(): CoreConnection {
  const isDesktop = location.href.startsWith(`${desktopOrigin}/`)
  const core = createCoreConnection({
    transport: isDesktop ? createPortTransport(window) : createWebSocketTransport(location.href),
    clock: systemClock,
    random: Math.random,
  })
  window.addEventListener('online', () => core.retryNow())
  return core
}
