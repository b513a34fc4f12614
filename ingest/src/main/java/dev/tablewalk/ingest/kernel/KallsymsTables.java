package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the parts of the kernel's symbol table lie, as {@code scripts/kallsyms.c} lays them out:
 * the number of symbols, names, markers (where every 256th name begins), tokens and their index
 * follow each other. Offsets and their base come before these, or since 6.4 behind them, and since
 * 7.0 there is no base. Virtual addresses.
 */
record KallsymsTables(
        long number,
        long names,
        long tokenTable,
        long tokenIndex,
        long offsets,
        OptionalLong relativeBase) {
    private static final int TOKENS = 256;
    private static final int INDEX_BYTES = 2 * TOKENS;
    private static final int MOST_TOKEN = 64;
    private static final int NAMES_PER_MARKER = 256;

    /** Parts are aligned to at most this. */
    private static final int ALIGN = 8;

    /** More than any kernel's names take. */
    private static final int MOST_NAMES = 64 << 20;

    private static final int MOST_SYMBOLS = 1 << 22;
    private static final int CHUNK = 1 << 20;

    /** The first symbol is the image's start, or close to it. */
    private static final long NEAR = 4L << 20;

    /**
     * Finds it by its index of tokens.
     *
     * @param start physical address of the image's first byte
     * @param end physical address behind it
     */
    static Optional<KallsymsTables> in(PhysicalMemory memory, long start, long end, KernelMap map) {
        try {
            return new Search(memory, start, end, map).find();
        } catch (MemoryFault e) {
            return Optional.empty(); // not all of the image is held
        }
    }

    /** Works on physical addresses; the image is one run of them. */
    private static final class Search {
        private final PhysicalMemory memory;
        private final long start;
        private final long end;
        private final KernelMap map;

        Search(PhysicalMemory memory, long start, long end, KernelMap map) {
            this.memory = memory;
            this.start = start;
            this.end = end;
            this.map = map;
        }

        Optional<KallsymsTables> find() {
            byte[] chunk = new byte[CHUNK + INDEX_BYTES];
            ByteBuffer bytes = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
            for (long at = start & -ALIGN; at + INDEX_BYTES <= end; at += CHUNK) {
                int length = (int) Math.min(chunk.length, end - at);
                if (!memory.contains(at, length)) {
                    continue;
                }
                memory.read(at, chunk, 0, length);
                for (int i = 0; i + INDEX_BYTES <= length && i < CHUNK; i += 4) {
                    if (isIndex(bytes, i)) {
                        Optional<KallsymsTables> found = around(at + i, bytes, i);
                        if (found.isPresent()) {
                            return found;
                        }
                    }
                }
            }
            return Optional.empty();
        }

        private static boolean isIndex(ByteBuffer bytes, int at) {
            if (bytes.getShort(at) != 0) {
                return false;
            }
            int before = 0;
            for (int token = 1; token < TOKENS; token++) {
                int next = bytes.getShort(at + 2 * token) & 0xffff;
                if (next <= before || next - before > MOST_TOKEN) {
                    return false;
                }
                before = next;
            }
            return true;
        }

        private Optional<KallsymsTables> around(long index, ByteBuffer bytes, int at) {
            int last = bytes.getShort(at + INDEX_BYTES - 2) & 0xffff;
            for (long table = (index - last - 1) & -4;
                    table >= start && index - last - table <= MOST_TOKEN + ALIGN;
                    table -= 4) {
                if (isTable(table, bytes, at)) {
                    Optional<KallsymsTables> found = before(table, index);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }

        /** Each token ends where the next begins, and not before; not all are empty. */
        private boolean isTable(long table, ByteBuffer bytes, int at) {
            int begin = 0;
            for (int token = 1; token < TOKENS; token++) {
                int next = bytes.getShort(at + 2 * token) & 0xffff;
                for (int i = begin; i < next; i++) {
                    if (memory.u8(table + i) == 0 != (i == next - 1)) {
                        return false;
                    }
                }
                begin = next;
            }
            return begin >= TOKENS;
        }

        /**
         * The names: their number stands before them, and from there on they end where the markers
         * begin, which end where the tokens do, or before the sequence of names (three bytes each,
         * commit 60443c88f3a8) that some kernels have in between.
         */
        private Optional<KallsymsTables> before(long table, long index) {
            long from = Math.max(start & -4, table - MOST_NAMES);
            byte[] all = new byte[(int) (table - from)];
            if (!memory.contains(from, all.length)) {
                return Optional.empty();
            }
            memory.read(from, all, 0, all.length);
            ByteBuffer words = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
            int most = 0;
            Optional<KallsymsTables> found = Optional.empty();
            for (int at = 0; at + 8 < all.length; at += 4) {
                int number = words.getInt(at);
                if (number <= most || number > MOST_SYMBOLS) {
                    continue;
                }
                for (int names = at + 4; names <= at + 8; names += 4) {
                    if (fits(words, names, number, all.length)
                            || fits(words, names, number, all.length - aligned(3 * number))) {
                        most = number;
                        found = offsets(from + at, from + names, number, table, index);
                    }
                }
            }
            return found;
        }

        private static boolean fits(ByteBuffer words, int names, int number, int markersEnd) {
            int markers = (number + NAMES_PER_MARKER - 1) / NAMES_PER_MARKER;
            return fits(words, names, number, markersEnd - aligned(4 * markers), markers)
                    || fits(words, names, number, markersEnd - 4 * markers, markers);
        }

        private static boolean fits(
                ByteBuffer words, int names, int number, int markers, int count) {
            if (markers < names + 2 * number || words.getInt(markers) != 0) {
                return false;
            }
            int last = words.getInt(markers + 4 * (count - 1));
            if (last < 0
                    || last > markers - names
                    || markers - names - last > 2 * MOST_TOKEN * NAMES_PER_MARKER) {
                return false;
            }
            int at = names;
            for (int symbol = 0; symbol < number; symbol++) {
                if (symbol % NAMES_PER_MARKER == 0
                        && words.getInt(markers + 4 * (symbol / NAMES_PER_MARKER)) != at - names) {
                    return false;
                }
                if (at + 1 >= markers) {
                    return false;
                }
                int length = words.get(at++) & 0xff;
                if ((length & 0x80) != 0) { // since 6.1, commit 73bbb94466fd
                    length = (length & 0x7f) | (words.get(at++) & 0xff) << 7;
                }
                at += length;
                if (length == 0 || at > markers) {
                    return false;
                }
            }
            return markers - at < ALIGN;
        }

        private Optional<KallsymsTables> offsets(
                long numberPa, long names, int number, long table, long index) {
            long bytes = aligned(4 * number);
            long baseBefore = numberPa - 8;
            if (isBase(baseBefore)) {
                return found(
                        numberPa,
                        names,
                        table,
                        index,
                        baseBefore - bytes,
                        OptionalLong.of(baseBefore));
            }
            long behind = (index + INDEX_BYTES + ALIGN - 1) & -ALIGN;
            long base = behind + bytes;
            return found(
                    numberPa,
                    names,
                    table,
                    index,
                    behind,
                    isBase(base) ? OptionalLong.of(base) : OptionalLong.empty());
        }

        private static int aligned(int bytes) {
            return (bytes + ALIGN - 1) & -ALIGN;
        }

        private boolean isBase(long at) {
            return memory.contains(at, 8) && Math.abs(memory.u64(at) - map.textVa()) < NEAR;
        }

        private Optional<KallsymsTables> found(
                long number, long names, long table, long index, long offsets, OptionalLong base) {
            long toVa = map.imageOffset();
            return Optional.of(
                    new KallsymsTables(
                            number + toVa,
                            names + toVa,
                            table + toVa,
                            index + toVa,
                            offsets + toVa,
                            base.isPresent() ? OptionalLong.of(base.getAsLong() + toVa) : base));
        }
    }
}
