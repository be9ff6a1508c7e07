import { Errno, getUserPage, unpinUserPage, type Op, type Page } from '@movable-pages/core';
import { numberOf, textOf } from '../arguments.js';
import { NotBuilt } from '../not-built.js';
import { asProcess, regionOf } from './as-process.js';

/** The ways to have the pages of a process held: how a page is taken, and how it is let go of. */
const WAYS: Readonly<Record<string, { readonly pin: boolean; release(page: Page): Op<void> }>> = {
  /** A pipe has a reference on each page, as on any other. */
  vmsplice: { pin: false, release: (page) => page.put() },
  /** A ring's registered buffers are written to, and pinned for long. */
  io_uring: { pin: true, release: (page) => unpinUserPage(page) },
};

function wayOf(how: string) {
  if (!Object.hasOwn(WAYS, how)) throw new NotBuilt(`pin by ${how}`);
  return WAYS[how]!;
}

/** Has pages held by somebody else. */
export const pinPages = asProcess(function* (process, op) {
  const how = textOf(op, 'how');
  const { pin } = wayOf(how);
  const start = regionOf(process, op).start + numberOf(op, 'page');
  const held = process.pins.get(how) ?? [];
  process.pins.set(how, held);
  for (let vpn = start; vpn < start + numberOf(op, 'count'); vpn++) {
    const page = yield* getUserPage(process.mm, vpn, { write: pin, pin });
    if (page === null) return -Errno.EFAULT;
    held.push(page);
  }
  return 0;
});

/** Has them let go of. */
export const unpinPages = asProcess(function* (process, op) {
  const how = textOf(op, 'how');
  const { release } = wayOf(how);
  for (const page of process.pins.get(how) ?? []) yield* release(page);
  process.pins.delete(how);
  return 0;
});
