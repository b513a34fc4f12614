/**
 * x86-64 translation as Linux uses it: IA-32e paging with 4 or 5 levels, pages of 4 KiB, 2 MiB and
 * 1 GiB. Follows the Intel SDM, volume 3A, chapter 4.5 "4-level paging and 5-level paging", and
 * Linux {@code arch/x86/include/asm/pgtable_types.h}, {@code pgtable.h}, {@code pgtable_64.h} and
 * {@code pgtable-invert.h}.
 */
@NullMarked
package dev.tablewalk.ingest.arch.x86_64;

import org.jspecify.annotations.NullMarked;
