/** The key of commands, as it is written on this machine's keyboard. */
export const modKey = navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl'
