import { refuseUnsafeSchema } from '@main/engines/llama/json-schema-guard'
import { describe, expect, it } from 'vitest'

describe('a JSON schema', () => {
  it.each<[string, object]>([
    ['of nested objects and lists', { type: 'object', properties: { a: { type: 'array', items: { enum: ['x'] }, minItems: 1, maxItems: 8 } } }],
    ['with bounds', { type: 'integer', minimum: 1, maximum: 5 }],
    ['with a plain pattern', { type: 'string', pattern: '^[a-z]{2,8}(-[0-9]+)?$' }],
    ['with an escaped dot and a class', { type: 'string', pattern: '^[a-z0-9_-]+@(?:[a-z]+\\.)*(com|org)$' }],
    ['with a date', { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }],
    ['with a property called pattern', { type: 'object', properties: { pattern: { type: 'string' }, enum: { type: 'array', items: {} } } }],
  ])('%s is let through', (_what, schema) => {
    expect(() => refuseUnsafeSchema(schema, 'schema')).not.toThrow()
  })

  it.each<[string, object, string]>([
    ['too many repetitions', { items: { minLength: 5000 } }, 'schema.items'],
    ['a range the wrong way round', { properties: { a: { minItems: 3, maxItems: 1 } } }, 'schema.properties.a'],
    ['a choice of no values', { anyOf: [{ enum: [] }] }, 'schema.anyOf.0'],
    ['a choice of no schemas', { properties: { a: { oneOf: [] } } }, 'schema.properties.a'],
    ['a class by letter', { pattern: '^\\d{4}$' }, 'schema'],
    ['a class by letter within a class', { pattern: '^[\\w.]+$' }, 'schema'],
    ['a class the wrong way round', { pattern: '^[z-a]$' }, 'schema'],
    ['a quantifier of a quantifier', { pattern: '^a**$' }, 'schema'],
    ['an anchor that is escaped', { pattern: '^a\\$' }, 'schema'],
    ['groups out of balance', { pattern: '^(a$' }, 'schema'],
    ['many groups that repeat often', { pattern: '^((a)(b)(c)){400}$' }, 'schema'],
    ['a back reference', { pattern: '^(a)\\1$' }, 'schema'],
    ['a look-ahead', { pattern: '^(?=a)b$' }, 'schema'],
    ['a class by property', { pattern: '^\\p{L}+$' }, 'schema'],
    ['a pattern that repeats too often', { pattern: '^a{1,90000}$' }, 'schema'],
    ['a pattern with a range the wrong way round', { pattern: '^a{3,1}$' }, 'schema'],
    ['a pattern that is not anchored', { pattern: 'a' }, 'schema'],
  ])('with %s is refused, naming the place', (_what, schema, param) => {
    expect(() => refuseUnsafeSchema(schema, 'schema')).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })
})
