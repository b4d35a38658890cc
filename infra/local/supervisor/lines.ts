import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

// A child that writes without ever ending its line must not fill our memory.
const maxLine = 64 * 1024

/** Calls `onLine` for every line of a child's output; an endless line comes in pieces of 64 Ki characters. */
export const eachLine = (stream: Readable, onLine: (line: string) => void): void => {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
    for (; rest.length > maxLine; rest = rest.slice(maxLine)) onLine(rest.slice(0, maxLine))
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
