/**
 * Bits of a page-table entry. The word 0 is no entry. What is not present names a swap slot or a page in migration.
 *
 * @kernel arch/x86/include/asm/pgtable_types.h
 * @since 0.1.0
 */
export const PteBit = {
  present: 1 << 0,
  write: 1 << 1,
  /** Set by the processor when it uses the entry. */
  young: 1 << 2,
  /** Set by the processor when it writes through the entry. */
  dirty: 1 << 3,
  /** The zero page, which has no frame. */
  zero: 1 << 4,
  /** The area allows no access. */
  protNone: 1 << 5,
} as const;

/** What an entry that is not present stands for. @kernel include/linux/swapops.h @since 0.1.0 */
export const EntryType = { swap: 1, migrationRead: 2, migrationReadExclusive: 3, migrationWrite: 4 } as const;

/** One of {@link EntryType}. @since 0.1.0 */
export type EntryType = (typeof EntryType)[keyof typeof EntryType];

const TYPE_SHIFT = 1;
const TYPE_MASK = 7;
/** The entry's page was young or dirty, where the profile keeps that. */
const ENTRY_YOUNG = 1 << 4;
const ENTRY_DIRTY = 1 << 5;
const NUMBER_SHIFT = 8;

/** An entry that maps a frame. `bits` of {@link PteBit}, without `present`. */
export function presentPte(pfn: number, bits: number): number {
  return (pfn << NUMBER_SHIFT) | PteBit.present | bits;
}

/** An entry that is not present. @param number Swap slot or page frame number. */
export function nonPresentPte(type: EntryType, number: number, young = false, dirty = false): number {
  return (
    (number << NUMBER_SHIFT) | (type << TYPE_SHIFT) | (young ? ENTRY_YOUNG : 0) | (dirty ? ENTRY_DIRTY : 0)
  );
}

/** Whether an entry maps something. @kernel arch/x86/include/asm/pgtable.h pte_present */
export function ptePresent(pte: number): boolean {
  return (pte & PteBit.present) !== 0;
}

/** The frame, or the swap slot, of an entry. @kernel arch/x86/include/asm/pgtable.h pte_pfn, include/linux/swapops.h swp_offset */
export function pteNumber(pte: number): number {
  return pte >>> NUMBER_SHIFT;
}

/** Whether an entry maps a frame: present and not the zero page. @kernel mm/memory.c vm_normal_page */
export function mapsFrame(pte: number): boolean {
  return (pte & (PteBit.present | PteBit.zero)) === PteBit.present;
}

/** Whether an entry shows the zero page. @kernel include/linux/pgtable.h is_zero_pfn */
export function isZeroPte(pte: number): boolean {
  return (pte & (PteBit.present | PteBit.zero)) === (PteBit.present | PteBit.zero);
}

/** What an entry that is not present stands for; 0 if there is none or it is present. */
export function entryType(pte: number): EntryType | 0 {
  return ptePresent(pte) ? 0 : (((pte >> TYPE_SHIFT) & TYPE_MASK) as EntryType | 0);
}

/** Whether an entry stands for a page in migration. @kernel include/linux/swapops.h is_migration_entry */
export function isMigrationEntry(pte: number): boolean {
  return entryType(pte) >= EntryType.migrationRead;
}

/** Whether an entry stands for a swap slot. */
export function isSwapEntry(pte: number): boolean {
  return entryType(pte) === EntryType.swap;
}

/** Whether the page of a migration entry was young. @kernel include/linux/swapops.h is_migration_entry_young */
export function entryYoung(pte: number): boolean {
  return (pte & ENTRY_YOUNG) !== 0;
}

/** Whether the page of a migration entry was dirty. @kernel include/linux/swapops.h is_migration_entry_dirty */
export function entryDirty(pte: number): boolean {
  return (pte & ENTRY_DIRTY) !== 0;
}

/** The same entry with another type. */
export function withEntryType(pte: number, type: EntryType): number {
  return (pte & ~(TYPE_MASK << TYPE_SHIFT)) | (type << TYPE_SHIFT);
}

/** Whether two entries are the same but for what the processor sets. @kernel arch/x86/include/asm/pgtable.h pte_same */
export function samePte(a: number, b: number): boolean {
  if (!ptePresent(a) || !ptePresent(b)) return a === b;
  return (a & ~(PteBit.young | PteBit.dirty)) === (b & ~(PteBit.young | PteBit.dirty));
}
