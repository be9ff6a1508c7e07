/**
 * Error numbers. Functions return the negative: `-Errno.EAGAIN`.
 *
 * @kernel include/uapi/asm-generic/errno-base.h
 * @since 0.1.0
 */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  E2BIG: 7,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ENOSPC: 28,
  EDEADLK: 35,
  ENOSYS: 38,
  EOPNOTSUPP: 95,
} as const;

/** What a migrate callback returns when it moved the page. @kernel include/linux/migrate.h MIGRATEPAGE_SUCCESS @since 0.1.0 */
export const MIGRATEPAGE_SUCCESS = 0;

/** `-EAGAIN` for -11, `0` for 0, the number itself if it is no known error. For reports. @since 0.1.0 */
export function errnoName(value: number): string {
  for (const [name, number] of Object.entries(Errno)) if (value === -number) return `-${name}`;
  return String(value);
}
