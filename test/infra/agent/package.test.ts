import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCodes } from '../../../agent/program/problems.ts'
import { version } from '../../../agent/program/version.ts'
import { bundleAgent, nodeOptions, root } from '../../../infra/agent/bundle.ts'
import { withoutSignature } from '../../../infra/agent/portableExecutable.ts'
import { zip } from '../../../infra/agent/zip.ts'

/** As much of a PE32+ file as matters, signed. */
function signedExecutable(): Buffer {
  const header = 0x80
  const optional = header + 24
  const bytes = Buffer.alloc(0x400)
  bytes.write('MZ')
  bytes.writeUInt32LE(header, 0x3c)
  bytes.write('PE\0\0', header, 'latin1')
  bytes.writeUInt16LE(0x20b, optional)
  bytes.writeUInt32LE(0xabcd, optional + 64)
  bytes.writeUInt32LE(0x300, optional + 112 + 32)
  bytes.writeUInt32LE(0x100, optional + 112 + 36)
  bytes.fill(0xee, 0x300)
  return bytes
}

describe('a signature that no longer holds', () => {
  test('is taken out with its entry and the checksum, and the rest stays', () => {
    const signed = signedExecutable()
    const bare = withoutSignature(signed)
    expect(bare.length).toBe(0x300)
    expect(bare.includes(0xee)).toBe(false)
    const expected = Buffer.from(signed.subarray(0, 0x300))
    expected.fill(0, 0x80 + 24 + 64, 0x80 + 24 + 68)
    expected.fill(0, 0x80 + 24 + 144, 0x80 + 24 + 152)
    expect(bare.equals(expected)).toBe(true)
    expect(withoutSignature(bare).equals(bare)).toBe(true)
  })

  test('of another place or of another kind of file is left alone, loudly', () => {
    expect(() => withoutSignature(Buffer.concat([signedExecutable(), Buffer.of(0)]))).toThrow(/not the end/)
    expect(() => withoutSignature(Buffer.alloc(0x400))).toThrow(/no PE/)
  })
})

test('an archive gives back what was packed, and is the same each time', () => {
  const entries = [
    { path: 'a/first.ps1', bytes: Buffer.from('Get-VM\r\n'.repeat(500)) },
    { path: 'a/é.txt', bytes: Buffer.alloc(0) },
  ]
  const archive = zip(entries)
  expect(zip(entries).equals(archive)).toBe(true)
  expect(unpack(archive)).toEqual(entries)
})

/** Reads an archive by its directory, as programs do. */
function unpack(archive: Buffer): { path: string; bytes: Buffer }[] {
  const end = archive.length - 22
  expect(archive.readUInt32LE(end)).toBe(0x06054b50)
  let at = archive.readUInt32LE(end + 16)
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50)
    const packedSize = archive.readUInt32LE(at + 20)
    const nameSize = archive.readUInt16LE(at + 28)
    const file = archive.readUInt32LE(at + 42)
    const path = archive.toString('utf8', at + 46, at + 46 + nameSize)
    const from = file + 30 + archive.readUInt16LE(file + 26)
    const bytes = inflateRawSync(archive.subarray(from, from + packedSize))
    expect(bytes.length).toBe(archive.readUInt32LE(at + 24))
    expect(crc32(bytes)).toBe(archive.readUInt32LE(at + 16))
    at += 46 + nameSize
    return { path, bytes }
  })
}

describe('the bundle', () => {
  let folder: string
  let bundle: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atlas-bundle-'))
    bundle = join(folder, 'agent.cjs')
    await bundleAgent(bundle)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const type = (...line: readonly string[]) =>
    spawnSync(process.execPath, [...nodeOptions, bundle, ...line], { encoding: 'utf8' })

  test('is the whole program: it answers, and ends with its exit codes', () => {
    expect(type('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
    expect(type('dance').status).toBe(exitCodes.badUsage)
    const data = join(folder, 'data')
    expect(type('status', '--data', data)).toMatchObject({ status: exitCodes.needsAttention, stderr: '' })
    const token = 'a-token-of-an-operator-0123456789'
    const line = ['enrol', '--server', 'http://127.0.0.1:1', '--token', token, '--data', data]
    const { status, stderr } = type(...line)
    expect({ status, stderr }).toMatchObject({
      status: exitCodes.unreachable,
      stderr: expect.stringContaining('ECONNREFUSED'),
    })
    expect(type('run', '--data', data).status).toBe(exitCodes.notEnrolled)
  })

  test('has the checksum of each of its scripts inside, and of nothing else', () => {
    const [, inside = '{}'] = /JSON\.parse\('(\{"powershell[^']+)'\)/.exec(readFileSync(bundle, 'utf8')) ?? []
    const agent = join(root, 'agent')
    const scripts = globSync('{powershell,tasks}/**/*.{ps1,psm1}', { cwd: agent })
    expect(scripts.length).toBeGreaterThan(10)
    expect(JSON.parse(inside)).toEqual(
      Object.fromEntries(
        scripts.map((path) => [
          path,
          createHash('sha256')
            .update(readFileSync(join(agent, path)))
            .digest('hex'),
        ]),
      ),
    )
  })
})
