import type { Problems } from './problems.ts'

const mostBytes = 64 * 1024 * 1024
const saveAsUtf8 = 'Save it from the spreadsheet as "CSV UTF-8" and import it again.'

/** The file's text with \n line ends and without its BOM; undefined when it was refused. */
export function decode(bytes: Uint8Array, problems: Problems): string | undefined {
  if (bytes.length === 0) {
    problems.add(
      0,
      '',
      'emptyFile',
      'The file is empty.',
      'Export the inventory again, with its heading line.',
    )
    return undefined
  }
  if (bytes.length > mostBytes) {
    problems.add(
      0,
      '',
      'tooLarge',
      'The file has more than 64 MiB.',
      'Split it by client and import the parts.',
    )
    return undefined
  }
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const zero = bytes.indexOf(0)
  if (utf16 || zero >= 0) {
    const what = utf16 ? 'The file is UTF-16, not UTF-8.' : 'The file has NUL bytes: it is no text.'
    problems.add(utf16 ? 0 : lineAt(bytes, zero), '', 'binaryFile', what, saveAsUtf8)
    return undefined
  }
  const text = decodeStrictly(bytes)
  if (text === undefined) {
    const line = firstBadLine(bytes)
    const what = 'There are bytes that are not UTF-8 (an accent in an older encoding?).'
    problems.add(line, '', 'notUtf8', what, saveAsUtf8)
    return undefined
  }
  if (text.trim() === '') {
    problems.add(
      0,
      '',
      'emptyFile',
      'The file has no text.',
      'Export the inventory again, with its heading line.',
    )
    return undefined
  }
  return text.replaceAll(/\r\n?/g, '\n')
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** No UTF-8 sequence contains a line feed, so each line stands for itself. */
function firstBadLine(bytes: Uint8Array): number {
  let start = 0
  for (let line = 1; start < bytes.length; line += 1) {
    const feed = bytes.indexOf(10, start)
    const end = feed < 0 ? bytes.length : feed
    if (decodeStrictly(bytes.subarray(start, end)) === undefined) return line
    start = end + 1
  }
  return 0
}

function lineAt(bytes: Uint8Array, offset: number): number {
  return bytes.subarray(0, offset).reduce((line, byte) => (byte === 10 ? line + 1 : line), 1)
}
