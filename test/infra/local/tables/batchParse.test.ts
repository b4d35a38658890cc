import { describe, expect, test } from 'vitest'
import { parseBatch } from '../../../../infra/local/tables/batch/parse.ts'

const sent = (newline: string) =>
  [
    '--batch_1',
    'Content-Type: multipart/mixed; boundary="changeset_2"',
    '',
    '--changeset_2',
    'Content-Type: application/http',
    'Content-ID: 7',
    '',
    "PUT http://host:1/acct/t(PartitionKey='a''b',RowKey='1') HTTP/1.1",
    'If-Match: *',
    '',
    '{"n":1}',
    '--changeset_2',
    'Content-Type: application/http',
    '',
    "DELETE /acct/t(PartitionKey='a',RowKey='2') HTTP/1.1",
    'If-Match: W/"x"',
    '',
    '',
    '--changeset_2--',
    '--batch_1--',
    '',
  ].join(newline)

describe.each([
  ['CRLF', '\r\n'],
  ['LF', '\n'],
])('a batch body with %s line ends', (_name, newline) => {
  test('is taken apart into its operations', () => {
    expect(parseBatch(sent(newline), 'multipart/mixed; boundary=batch_1')).toEqual([
      {
        method: 'PUT',
        target: "/acct/t(PartitionKey='a''b',RowKey='1')",
        headers: { 'if-match': '*' },
        body: '{"n":1}',
        contentId: '7',
      },
      {
        method: 'DELETE',
        target: "/acct/t(PartitionKey='a',RowKey='2')",
        headers: { 'if-match': 'W/"x"' },
        body: '',
        contentId: undefined,
      },
    ])
  })
})

test.each([
  ['no boundary in the header', sent('\r\n'), 'multipart/mixed'],
  ['another boundary than announced', sent('\r\n'), 'multipart/mixed; boundary=other'],
  ['no changeset', '--batch_1\r\n\r\n--batch_1--', 'multipart/mixed; boundary=batch_1'],
  ['nothing', '', 'multipart/mixed; boundary=batch_1'],
])('refuses a batch with %s', (_what, body, contentType) => {
  expect(() => parseBatch(body, contentType)).toThrow('One of the request inputs is not valid.')
})
