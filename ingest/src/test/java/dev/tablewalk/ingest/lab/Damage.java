package dev.tablewalk.ingest.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tablewalk.ingest.btf.Btf;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Ways to damage a copy of an image. The same seed does the same damage to the same image.
 *
 * <pre>{@code
 * Damage.Damaged damaged = new Damage.Blocks(0.01).inflict(guest.image(1), folder.resolve("d.raw"), 42);
 * }</pre>
 */
public sealed interface Damage {
    /**
     * The unit in which {@link Damaged#pages} is told, whatever the guest's own page size, in
     * bytes.
     */
    int PAGE = 4096;

    /** Random bytes, one here and one there: with 1 % hardly a page of the image stays whole. */
    record Bytes(double fraction) implements Damage {}

    /** Random bytes in blocks of up to 4 KiB anywhere: with 1 % nearly all pages stay whole. */
    record Blocks(double fraction) implements Damage {}

    /** The file ends after that fraction of it. */
    record Truncated(double kept) implements Damage {}

    /** Each VMCOREINFO text, from {@code OSRELEASE=} to its end, is zeroed. */
    record NoVmcoreinfo() implements Damage {}

    /** Each BTF blob's magic, version and flags are zeroed. */
    record NoBtf() implements Damage {}

    /**
     * Each BTF blob that is whole in the file is zeroed from its first byte to its last, or filled
     * with random bytes; of what looks like the start of one, but is not followed by it, the
     * header.
     */
    record NoTypes(boolean random) implements Damage {}

    /**
     * What was done.
     *
     * @param image the damaged copy
     * @param pages which pages of the file, by file offset / {@link #PAGE}, were written over or
     *     cut off
     * @param places how many bytes, blocks or finds were written over
     */
    record Damaged(Path image, BitSet pages, long places) {
        /** Whether nothing from offset to offset + length, in bytes of the file, was touched. */
        public boolean isWhole(long offset, long length) {
            int hit = pages.nextSetBit(Math.toIntExact(offset / PAGE));
            return hit < 0 || (long) hit * PAGE >= offset + length;
        }
    }

    /**
     * Copies the image, holes kept, and damages the copy.
     *
     * @param copy written over if it exists
     */
    default Damaged inflict(Path image, Path copy, long seed) throws IOException {
        copySparsely(image, copy);
        try (FileChannel file = FileChannel.open(copy, READ, WRITE)) {
            SplittableRandom random = new SplittableRandom(seed);
            Writer writer = new Writer(file);
            switch (this) {
                case Bytes(double fraction) -> {
                    byte[] one = new byte[1];
                    for (long left = (long) (file.size() * fraction); left > 0; left--) {
                        random.nextBytes(one);
                        writer.write(random.nextLong(file.size()), one, 1);
                    }
                }
                case Blocks(double fraction) -> {
                    byte[] block = new byte[PAGE];
                    long left = (long) (file.size() * fraction);
                    while (left > 0) {
                        int length = (int) Math.min(1 + random.nextInt(PAGE), left);
                        random.nextBytes(block);
                        writer.write(random.nextLong(file.size() - length + 1), block, length);
                        left -= length;
                    }
                }
                case Truncated(double kept) -> writer.truncate((long) (file.size() * kept));
                case NoVmcoreinfo() -> writer.wipeText("OSRELEASE=".getBytes(US_ASCII));
                case NoTypes(boolean noise) -> writer.wipeBtf(noise ? random : null);
                case NoBtf() -> writer.wipe(new byte[] {(byte) 0x9f, (byte) 0xeb, 1, 0});
            }
            return new Damaged(copy, writer.pages, writer.places);
        }
    }

    /** Copies it, holes kept, so that it can be written to. */
    static void copySparsely(Path image, Path copy) throws IOException {
        Files.deleteIfExists(copy);
        Process cp =
                new ProcessBuilder(
                                "cp",
                                "--reflink=auto",
                                "--sparse=always",
                                "--",
                                image.toString(),
                                copy.toString())
                        .inheritIO()
                        .start();
        try {
            if (cp.waitFor() != 0) {
                throw new IOException("cp could not copy " + image + " to " + copy);
            }
        } catch (InterruptedException e) {
            cp.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while copying " + image, e);
        }
        copy.toFile().setWritable(true, true);
    }

    /**
     * Writes through mappings of at most {@link #WINDOW} bytes each, and notes which pages it
     * wrote.
     */
    final class Writer {
        private static final long WINDOW = 1L << 30;

        private final FileChannel file;
        private final long size;
        private final List<MappedByteBuffer> windows = new ArrayList<>();
        private final BitSet pages = new BitSet();
        private long places;

        private Writer(FileChannel file) throws IOException {
            this.file = file;
            this.size = file.size();
            for (long at = 0; at < size; at += WINDOW) {
                windows.add(file.map(MapMode.READ_WRITE, at, Math.min(WINDOW, size - at)));
            }
        }

        private byte get(long at) {
            return windows.get((int) (at / WINDOW)).get((int) (at % WINDOW));
        }

        private void write(long at, byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                windows.get((int) ((at + i) / WINDOW)).put((int) ((at + i) % WINDOW), bytes[i]);
            }
            pages.set((int) (at / PAGE), (int) ((at + length - 1) / PAGE) + 1);
            places++;
        }

        private void truncate(long kept) throws IOException {
            windows.clear();
            file.truncate(kept);
            pages.set((int) (kept / PAGE), (int) ((size + PAGE - 1) / PAGE));
            places++;
        }

        /** Zeroes every occurrence. */
        private void wipe(byte[] what) {
            for (long at = find(what, 0); at >= 0; at = find(what, at + 1)) {
                write(at, new byte[what.length], what.length);
            }
        }

        private void wipeBtf(@Nullable SplittableRandom random) {
            byte[] magic = {(byte) 0x9f, (byte) 0xeb, 1, 0};
            for (long at = find(magic, 0); at >= 0; at = find(magic, at + 1)) {
                byte[] start = copy(at, 24);
                int length =
                        Btf.header(MemorySegment.ofArray(start))
                                .map(Btf.Header::blobLength)
                                .orElse(0);
                if (length == 0) {
                    continue;
                }
                boolean whole =
                        length <= size - at
                                && Btf.parse(copy(at, length))
                                        .filter(btf -> btf.damages() == 0 && btf.typeCount() > 0)
                                        .isPresent();
                byte[] over = new byte[whole ? length : start.length];
                if (random != null) {
                    random.nextBytes(over);
                }
                write(at, over, over.length);
            }
        }

        private byte[] copy(long at, int length) {
            byte[] bytes = new byte[(int) Math.min(length, size - at)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = get(at + i);
            }
            return bytes;
        }

        /** Zeroes the text that begins with each occurrence: to its NUL or the end of its page. */
        private void wipeText(byte[] beginning) {
            for (long at = find(beginning, 0); at >= 0; at = find(beginning, at + 1)) {
                long end = at;
                while (end < size && end < (at / PAGE + 1) * PAGE && get(end) != 0) {
                    end++;
                }
                write(at, new byte[(int) (end - at)], (int) (end - at));
            }
        }

        /** The first occurrence from an offset on, or -1. */
        private long find(byte[] what, long from) {
            for (long at = from; at <= size - what.length; at++) {
                int same = 0;
                while (same < what.length && get(at + same) == what[same]) {
                    same++;
                }
                if (same == what.length) {
                    return at;
                }
            }
            return -1;
        }
    }
}
