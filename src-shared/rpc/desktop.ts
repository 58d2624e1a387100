/** Where the desktop's window is served from: an origin of its own that no server can have. */
export const desktopScheme = 'app'
export const desktopOrigin = 'app://first-desktop'

/**
 * How a desktop window reaches the core: the page says `connectMessage` to its own window, and the preload script
 * answers `portMessage` with a `MessagePort` on which the host serves the contract. The port is closed when the page
 * navigates and when the core ends.
 */
export const connectMessage = 'first-desktop:connect'
export const portMessage = 'first-desktop:port'
