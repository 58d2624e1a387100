/** The line of a module that a `ChildHost` started to the process that started it. */
export interface ParentLink {
  /** Structured-cloneable. */
  send(message: object): void
  onMessage(listener: (message: unknown) => void): void
  /** Called when the line is cut; Electron ends a utility process by itself. */
  onGone(listener: () => void): void
}

/** What Electron gives a utility process in `process.parentPort`. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** Finds the line: Electron's port in a utility process, the IPC channel under `child_process.fork`. */
export function createParentLink(): ParentLink {
  const port = parentPort()
  if (port)
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
      onGone: () => undefined,
    }
  return {
    send: (message) => process.send?.(message),
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => process.on('disconnect', listener),
  }
}

function parentPort(): ParentPort | undefined {
  const port: unknown = 'parentPort' in process ? process.parentPort : undefined
  return isParentPort(port) ? port : undefined
}

function isParentPort(port: unknown): port is ParentPort {
  return typeof port === 'object' && port !== null && 'postMessage' in port && 'on' in port
}
