/**
 * Orders above this one are costly: the kernel does not try so hard for them.
 *
 * @kernel include/linux/mmzone.h PAGE_ALLOC_COSTLY_ORDER
 */
export const PAGE_ALLOC_COSTLY_ORDER = 3;
