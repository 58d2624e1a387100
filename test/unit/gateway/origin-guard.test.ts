import { describe, expect, it } from 'vitest'
import { createOriginGuard } from '@main/gateway/origin-guard'

const guard = createOriginGuard({
  gateway: () => ({ host: 'desk.lab.example', allowedHosts: ['proxy.example:8443'], allowedOrigins: ['https://notebook.example/'] }),
  windowOrigins: ['app://first-desktop'],
})

describe('the guard of Host and Origin', () => {
  it.each(['localhost', 'localhost:3477', 'LOCALHOST:1', '127.0.0.1:3477', '127.8.8.8', '[::1]:3477', '[::1]', 'desk.lab.example:3477', 'proxy.example'])('lets %s be named as the host', (host) => {
    expect(guard({ host, origin: undefined })).toBeUndefined()
  })

  it.each(['evil.example', 'evil.example:3477', '127.0.0.1.evil.example', 'localhost.evil.example', '192.168.1.5:3477', '127.evil', '[::2]:80', '[::1]evil.example', '[::1]:80.evil', '', undefined])('refuses the host %s', (host) => {
    expect(guard({ host, origin: undefined })?.code).toBe('origin_refused')
  })

  it.each(['app://first-desktop', 'http://127.0.0.1:3477', 'https://127.0.0.1:3477', 'https://notebook.example'])('lets a page of %s call', (origin) => {
    expect(guard({ host: '127.0.0.1:3477', origin })).toBeUndefined()
  })

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:8080', 'http://localhost:3477', 'app://other', 'https://notebook.example.evil', 'not a url'])('refuses a page of %s', (origin) => {
    expect(guard({ host: '127.0.0.1:3477', origin })?.code).toBe('origin_refused')
  })
})
