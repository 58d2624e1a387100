import { addressesOf } from '@main/rpc/gateway-state'
import { describe, expect, test } from 'vitest'

const interfaces = [
  { address: '127.0.0.1', family: 'IPv4', internal: true },
  { address: '192.168.1.20', family: 'IPv4', internal: false },
  { address: 'fe80::1', family: 'IPv6', internal: false },
  { address: '2001:db8::20', family: 'IPv6', internal: false },
] as const

describe('where programs reach the gateway', () => {
  test('on loopback there is one address', () => {
    expect(addressesOf('127.0.0.1', 'http://127.0.0.1:3477', interfaces)).toEqual(['http://127.0.0.1:3477'])
  })

  test('on every interface each address that another machine can use is named, the own first', () => {
    expect(addressesOf('0.0.0.0', 'http://127.0.0.1:3477', interfaces)).toEqual(['http://127.0.0.1:3477', 'http://192.168.1.20:3477'])
    expect(addressesOf('::', 'http://[::1]:3477', interfaces)).toEqual(['http://[::1]:3477', 'http://192.168.1.20:3477', 'http://[2001:db8::20]:3477'])
  })
})
