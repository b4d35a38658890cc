import { array, assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileTemplate } from '../../../../../infra/local/host/http/template.ts'

const match = (template: string, path: string) =>
  compileTemplate(template).match(path === '' ? [] : path.split('/'))

test.each([
  ['a/b', 'a/b', {}],
  ['a/b', 'A/B', {}],
  ['a/b', 'a', undefined],
  ['a/b', 'a/b/c', undefined],
  ['a/{x}', 'a/1', { x: '1' }],
  ['a/{x}', 'a', undefined],
  ['a/{x?}', 'a', {}],
  ['a/{x=7}', 'a', { x: '7' }],
  ['a/{x=7}', 'a/8', { x: '8' }],
  ['a/{x:int?}', 'a', {}],
  ['a/{x:int?}', 'a/b', undefined],
  ['{*rest}', '', {}],
  ['{*rest}', 'a/b/c', { rest: 'a/b/c' }],
  ['a/{**rest}', 'a', {}],
  ['{name}.{extension}', 'report.tar.gz', { name: 'report.tar', extension: 'gz' }],
  ['v{major:int}-{minor}', 'v1-x', { major: '1', minor: 'x' }],
  ['v{major:int}-{minor}', 'vx-x', undefined],
  ['{id:regex(^[0-9]{{4}}$)}', '1234', { id: '1234' }],
  ['{id:regex(^[0-9]{{4}}$)}', '123', undefined],
  ['{n:int:range(1,5)}', '5', { n: '5' }],
  ['{n:int:range(1,5)}', '6', undefined],
  ['a.c', 'abc', undefined],
])('%s and /%s', (template, path, params) => {
  expect(match(template, path)).toEqual(params)
})

test.each([
  ['int', ['0', '-5', '2147483647'], ['2147483648', '1.5', 'x', '']],
  ['long', ['9223372036854775807'], ['9223372036854775808']],
  ['bool', ['true', 'FALSE'], ['1']],
  ['guid', ['7f0e2ab1-0d0c-4a7e-9a54-2f3c0d9d5a11'], ['7f0e2ab1']],
  ['alpha', ['abC'], ['a1']],
  ['decimal', ['1.50'], ['1.']],
  ['datetime', ['2026-01-05'], ['soon']],
  ['length(2)', ['ab'], ['a', 'abc']],
  ['length(1,2)', ['a', 'ab'], ['abc']],
  ['minlength(2)', ['ab'], ['a']],
  ['maxlength(2)', ['ab'], ['abc']],
  ['min(5)', ['5'], ['4', 'x']],
  ['max(5)', ['5'], ['6']],
])('the constraint %s', (constraint, fitting, others) => {
  for (const value of fitting) expect(match(`{x:${constraint}}`, value)).toEqual({ x: value })
  for (const value of others) expect(match(`{x:${constraint}}`, value)).toBeUndefined()
})

describe('a template that is wrong', () => {
  test.each(['{x', 'x}', '{}', '{x:whole}', '{:int}'])('%s is refused', (template) => {
    expect(() => compileTemplate(template)).toThrow(Error)
  })
})

test('a parameter takes any segment as it is', () => {
  const segment = string({ minLength: 1, unit: 'grapheme' }).filter(
    (text) => !/[\n\r\u2028\u2029]/.test(text),
  )
  assert(
    property(array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
      const template = compileTemplate(segments.map((_, index) => `{p${index}}`).join('/'))
      expect(Object.values(template.match(segments) ?? {})).toEqual(segments)
      expect(template.match([...segments, 'more'])).toBeUndefined()
    }),
  )
})
