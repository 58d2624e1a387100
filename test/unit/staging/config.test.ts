import { expect, test } from 'vitest'
import { configSchema } from '@shared/config/schema'

const collection = '8fe0c1de-5b2f-4c8e-9a1b-6d1f6a0e0001'
const check = (staging: object, more: object = { site: 'alcf' }) => configSchema.safeParse({ clusters: [{ name: 'alcf', kind: 'first', url: 'https://example.gov/resource_server', staging, ...more }] })
const problems = (staging: object, more?: object): string[] => check(staging, more).error?.issues.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`) ?? []

test('staging needs nothing but the sign-in of a site: the site says where its files go', () => {
  expect(check({}).data?.clusters).toMatchObject([{ staging: { enabled: true, root: '/' } }])
  expect(problems({}, {})).toEqual(['staging: needs the sign-in of a site: name it, such as site: alcf'])
})

test('a place of one\'s own is a collection with a folder', () => {
  expect(problems({ collection, path: '/user-staging/ada/' })).toEqual([])
  expect(problems({ collection })).toEqual(['staging.path: goes with collection: give both, or neither'])
  for (const path of ['no-slash', '/no-end', '/up/../', '/./']) expect(problems({ collection, path })).toEqual([expect.stringContaining('staging.path: begins and ends with a slash')])
  expect(problems({ collection: 'eagle', path: '/' })).toEqual(['staging.collection: write the collection as its UUID'])
})

test('a transfer names both sides of the folder here', () => {
  expect(problems({ transfer: { collection, folder: '/home/ada/staging', path: '/~/staging/' } })).toEqual([])
  expect(problems({ transfer: { collection, folder: '/home/ada/staging' } })).toHaveLength(1)
})
