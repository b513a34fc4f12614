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

        /** Each token begins behind the end of another. */
        private boolean isTable(long table, ByteBuffer bytes, int at) {
            for (int token = 1; token < TOKENS; token++) {
                int begin = bytes.getShort(at + 2 * token) & 0xffff;
                if (memory.u8(table + begin - 1) != 0) {
                    return false;
                }
            }
            return true;
        }

        /** Markers end where the tokens begin, and ascend from 0; a word of padding may follow. */
        private Optional<KallsymsTables> before(long table, long index) {
            for (int padding = 0; padding <= 4; padding += 4) {
                long last = table - padding - 4;
                long at = last;
                while (at - 4 > start
                        && memory.u32(at) != 0
                        && Integer.compareUnsigned(memory.u32(at - 4), memory.u32(at)) < 0) {
                    at -= 4;
                }
                if (memory.u32(at) == 0) {
                    Optional<KallsymsTables> found = names(at, last, table, index);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }

        /**
         * The names' start, at which their number stands before them, and from which on they end
         * where the markers say.
         */
        private Optional<KallsymsTables> names(long markers, long last, long table, long index) {
            int full = (int) ((last - markers) / 4);
            long ofFull = Integer.toUnsignedLong(memory.u32(last));
            long most = ofFull + (long) NAMES_PER_MARKER * MOST_TOKEN * 2;
            if (most > MOST_NAMES) {
                return Optional.empty();
            }
            for (long names = (markers - ofFull - 1) & -4;
                    names > start && markers - names <= most;
                    names -= 4) {
                for (int before = 4; before <= 8; before += 4) {
                    int number = memory.u32(names - before);
                    if (number > full * NAMES_PER_MARKER
                            && number <= (full + 1) * NAMES_PER_MARKER
                            && number <= MOST_SYMBOLS
                            && fits(names, number, markers)) {
                        return offsets(names - before, names, number, table, index);
                    }
                }
            }
            return Optional.empty();
        }

        private boolean fits(long names, int number, long markers) {
            byte[] all = new byte[(int) (markers - names)];
            memory.read(names, all, 0, all.length);
            int at = 0;
            for (int symbol = 0; symbol < number; symbol++) {
                if (symbol % NAMES_PER_MARKER == 0
                        && memory.u32(markers + 4L * (symbol / NAMES_PER_MARKER)) != at) {
                    return false;
                }
                if (at + 1 >= all.length) {
                    return false;
                }
                int length = all[at++] & 0xff;
                if ((length & 0x80) != 0) {
                    length = (length & 0x7f) | (all[at++] & 0xff) << 7;
                }
                at += length;
                if (length == 0 || at > all.length) {
                    return false;
                }
            }
            return all.length - at < ALIGN;
        }

        private Optional<KallsymsTables> offsets(
                long numberPa, long names, int number, long table, long index) {
            long bytes = aligned(4L * number);
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
            long behind = aligned(index + INDEX_BYTES);
            long base = behind + bytes;
            return found(
                    numberPa,
                    names,
                    table,
                    index,
                    behind,
                    isBase(base) ? OptionalLong.of(base) : OptionalLong.empty());
        }

        private static long aligned(long at) {
            return (at + ALIGN - 1) & -ALIGN;
        }

        private boolean isBase(long at) {
            return memory.contains(at, 8) && Math.abs(memory.u64(at) - map.textVa()) < NEAR;
        }

        private Optional<KallsymsTables> found(
                long number,
                long names,
                long table,
                long index,
                long offsets,
                OptionalLong base) {
            long toVa = map.imageOffset();
            return Optional.of(
                    new KallsymsTables(
                            number + toVa,
                            names + toVa,
                            table + toVa,
                            index + toVa,
                            offsets + toVa,
                            base.isPresent()
                                    ? OptionalLong.of(base.getAsLong() + toVa)
                                    : base));
        }
    }
}
