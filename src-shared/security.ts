export interface PolicyOptions {
  /** Sources besides its own origin that the page may call, such as `http://127.0.0.1:3477`. */
  readonly connect: readonly string[]
}

/** The window's Content-Security-Policy, the same in both hosts: nothing but its own files runs, loads or frames it. */
export function contentSecurityPolicy({ connect }: PolicyOptions): string {
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    // Radix, KaTeX and shiki write style attributes.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'", ...connect],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'frame-src': ["'none'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}

/** The headers of every file of the window. */
export function securityHeaders(options: PolicyOptions): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(options),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=(), serial=(), hid=(), display-capture=(), payment=()',
    // Not `no-referrer`: with it a form of our own would be sent with the origin `null`, which is refused.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  }
}
