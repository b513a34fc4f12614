/**
 * Real guests for the tests: the lab under {@code ingest/src/test/lab}, as JUnit sees it.
 *
 * <p>{@link dev.tablewalk.ingest.lab.LabGuestTest} runs a test once for each guest, {@link
 * dev.tablewalk.ingest.lab.NeedsLabGuest} guards a class or test that needs one in particular, and
 * {@link dev.tablewalk.ingest.lab.LabGuests} gives a guest by name. A guest that is not in the
 * cache is captured first. Where QEMU or the kernels' packages cannot be had, the test is skipped
 * with the reason; where a capture goes wrong, it fails. {@link dev.tablewalk.ingest.lab.Damage}
 * makes damaged copies of an image.
 */
@NullMarked
package dev.tablewalk.ingest.lab;

import org.jspecify.annotations.NullMarked;
