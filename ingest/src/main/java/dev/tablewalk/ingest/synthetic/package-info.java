/**
 * Writes the RAM of guests that never ran.
 *
 * <p>{@link dev.tablewalk.ingest.synthetic.GuestImageBuilder} is the way in: it is told of tasks,
 * their VMAs and the entries of their page tables, and writes an image in which a reader that has
 * no profile can find its way as in a real guest's, of arm64 or of x86-64. {@link
 * dev.tablewalk.ingest.synthetic.WrittenGuest} is the truth about that image, {@link
 * dev.tablewalk.ingest.synthetic.Damage} breaks it on purpose, and {@link
 * dev.tablewalk.ingest.synthetic.DemoGuest} is one to show.
 *
 * <p>Nothing here is shared with the reader: descriptors ({@link
 * dev.tablewalk.ingest.synthetic.Descriptors}), BTF ({@code BtfEncoder}), kallsyms ({@code
 * KallsymsEncoder}) and maple trees ({@code MapleTreeWriter}) are encoded from the same sources
 * that the reader decodes them from, so that each checks the other. Struct layouts are C
 * declarations in {@code KernelDeclarations}, laid out by {@code CTypes} as a compiler does; {@code
 * GuestWriter} puts it all in place.
 */
@NullMarked
package dev.tablewalk.ingest.synthetic;

import org.jspecify.annotations.NullMarked;
