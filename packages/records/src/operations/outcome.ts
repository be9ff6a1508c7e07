import { errnoName } from '@movable-pages/core';
import type { RecordResult } from '../record.js';

/** A return value as a system call gives it: -1 and the error's name. */
export function outcome(ret: number): RecordResult {
  return ret < 0 ? { ret: -1, errno: errnoName(ret).slice(1) } : { ret };
}
