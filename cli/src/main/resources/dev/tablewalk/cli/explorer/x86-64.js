// Descriptors of x86-64's tables of 4 and 5 levels, bit by bit: Intel SDM, volume 3A, 4.5; software bits as in Linux's pgtable_types.h.

import {bit, field} from './bits.js';

const SIZES = {PUD: 30, PMD: 21, PTE: 12};

/** A leaf's descriptor with its output address so many bytes further on; one that is not present has it inverted. */
export const moved = (raw, bytes) => bit(BigInt.asUintN(64, raw), 0) ? raw + bytes : raw - bytes;

/** A descriptor's fields, from bit 63 down: {high, low, name, value, meaning}. */
export function fields(raw, kind, properties, level) {
  const value = BigInt.asUintN(64, BigInt(raw));
  const rows = [];
  const add = (high, low, name, meaning) => rows.push({high, low, name, value: field(value, high, low), meaning: meaning ?? ''});
  const flag = (n, name, set, clear = '') => add(n, n, name, bit(value, n) ? set : clear);
  const present = bit(value, 0) === 1;
  if (kind === 'swap') {
    add(63, 0, 'swap entry', 'not present: type and slot are as the range says');
    return rows;
  }
  if (kind === 'table') {
    flag(63, 'XD', 'nothing below can be executed');
    add(62, 52, 'ignored');
    add(51, 12, 'next-level table', 'its address');
    add(11, 8, 'ignored');
    flag(7, 'PS', 'reserved', 'table');
    flag(6, 'ignored', 'Linux sets it in every table');
  } else {
    const shift = SIZES[level] ?? 12;
    flag(63, 'XD', 'not executable', 'executable');
    add(62, 59, 'protection key');
    flag(58, 'software', '_PAGE_SAVED_DIRTY: written to before it was write-protected');
    add(57, 52, 'ignored');
    add(51, shift, 'output address', present ? 'of the page' : 'of the page, all bits inverted');
    if (shift > 13) add(shift - 1, 13, 'reserved');
    if (shift > 12) flag(12, 'PAT', 'with PCD and PWT the memory type');
    flag(11, 'software', '_PAGE_SOFT_DIRTY: written to since this was cleared');
    flag(10, 'software', '_PAGE_UFFD_WP: a write is told to userfaultfd');
    flag(9, 'software', '_PAGE_SPECIAL: no struct page is counted');
    flag(8, present ? 'G' : 'PROT_NONE', present ? 'global' : 'present for the kernel, not for the hardware');
    if (shift > 12) flag(7, 'PS', 'maps memory', 'being split');
    else flag(7, 'PAT', 'with PCD and PWT the memory type');
    flag(6, 'D', 'written to', 'not written to since this was cleared');
  }
  flag(5, 'A', 'accessed', 'not accessed since this was cleared');
  flag(4, 'PCD', 'cache disable');
  flag(3, 'PWT', 'write-through');
  flag(2, 'U/S', 'for user mode too', 'for the kernel only');
  flag(1, 'R/W', 'may be written', 'read-only');
  flag(0, 'P', 'present', 'not present: the hardware faults');
  return rows;
}
