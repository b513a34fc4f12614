package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The kernel's own symbol table: {@code kernel/kallsyms.c} and {@code scripts/kallsyms.c}. Names
 * are lists of tokens; addresses are 32-bit offsets from a base, or since 7.0 from where they
 * stand.
 */
public final class Kallsyms {
    private static final int MOST_SYMBOLS = 1 << 22;
    private static final int MOST_NAME = 1024;

    /** Names between two of {@code kallsyms_markers}. */
    private static final int GROUP = 256;

    /** One that has the address that VMCOREINFO gives it proves the table. */
    private static final List<String> PROOFS = List.of("_stext", "swapper_pg_dir");

    private final Map<String, Long> addresses;
    private final int count;

    private Kallsyms(Map<String, Long> addresses, int count) {
        this.addresses = addresses;
        this.count = count;
    }

    static Kallsyms none() {
        return new Kallsyms(Map.of(), 0);
    }

    /** Symbols in the kernel's table, whether kept here or not; 0 if it could not be read. */
    public int count() {
        return count;
    }

    public OptionalLong address(String name) {
        Long address = addresses.get(name);
        return address == null ? OptionalLong.empty() : OptionalLong.of(address);
    }

    /** The addresses of all names that were kept. */
    public Map<String, Long> addresses() {
        return Collections.unmodifiableMap(addresses);
    }

    /** These and others; what is known here stays. */
    Kallsyms with(Map<String, Long> others) {
        Map<String, Long> both = new HashMap<>(others);
        both.putAll(addresses);
        return new Kallsyms(both, count);
    }

    /**
     * Reads the table where VMCOREINFO says that it is; it says so since 6.0, commit 5fd8fea935a1
     * ("vmcoreinfo: include kallsyms symbols").
     *
     * @param wanted the names to keep
     * @return nothing if it is not told, or gives neither {@code _stext} nor {@code swapper_pg_dir}
     *     its known address
     */
    static Kallsyms read(KernelMemory memory, Vmcoreinfo info, Set<String> wanted) {
        boolean[] lengths = new boolean[MOST_NAME];
        wanted.forEach(name -> lengths[name.length()] = true);
        return read(memory, info, lengths, wanted::contains);
    }

    /** Reads the table of a kernel as a whole; of two symbols with one name, a global one. */
    public static Kallsyms readAll(Kernel kernel) {
        boolean[] lengths = new boolean[MOST_NAME];
        Arrays.fill(lengths, true);
        return read(kernel.memory(), kernel.info(), lengths, name -> true);
    }

    private static Kallsyms read(
            KernelMemory memory, Vmcoreinfo info, boolean[] lengths, Predicate<String> wanted) {
        OptionalLong names = info.symbol("kallsyms_names");
        OptionalLong tokens = info.symbol("kallsyms_token_table");
        OptionalLong tokenIndex = info.symbol("kallsyms_token_index");
        OptionalLong offsets = info.symbol("kallsyms_offsets");
        OptionalLong number = info.symbol("kallsyms_num_syms");
        if (names.isEmpty()
                || tokens.isEmpty()
                || tokenIndex.isEmpty()
                || offsets.isEmpty()
                || number.isEmpty()) {
            return none();
        }
        try {
            int count = memory.u32(number.getAsLong());
            if (count <= 0 || count > MOST_SYMBOLS) {
                return none();
            }
            byte[][] table = tokens(memory, tokens.getAsLong(), tokenIndex.getAsLong());
            long[] groups = groups(memory, names.getAsLong(), tokens.getAsLong(), count);
            Map<String, Integer> found = new HashMap<>();
            for (int i = 0; i < groups.length; i++) {
                int first = i * GROUP;
                int end = i + 1 == groups.length ? count : first + GROUP;
                find(memory, groups[i], first, end, table, lengths, wanted, found);
            }
            OptionalLong base = info.symbol("kallsyms_relative_base");
            for (Rule rule : base.isEmpty() ? WITHOUT_BASE : WITH_BASE) {
                Resolver resolver = new Resolver(memory, offsets.getAsLong(), base, rule);
                if (PROOFS.stream().anyMatch(name -> proves(name, found, resolver, info))) {
                    return new Kallsyms(resolver.addresses(found), count);
                }
            }
        } catch (MemoryFault e) {
            return none();
        }
        return none();
    }

    /**
     * Where each group of names begins, as {@code kallsyms_markers} says, which lies right before
     * the tokens; so names that are not held cost no others. One group if it says nothing of sense.
     */
    private static long[] groups(KernelMemory memory, long names, long tokens, int count) {
        long[] groups = new long[(count + GROUP - 1) / GROUP];
        long markers = tokens - (4L * groups.length + 7 & -8);
        try {
            for (int i = 0; i < groups.length; i++) {
                long marker = Integer.toUnsignedLong(memory.u32(markers + 4L * i));
                groups[i] = names + marker;
                boolean follows = i == 0 ? marker == 0 : groups[i] - groups[i - 1] >= GROUP;
                if (!follows || groups[i] >= markers) {
                    return new long[] {names};
                }
            }
            return groups;
        } catch (MemoryFault e) {
            return new long[] {names};
        }
    }

    private static boolean proves(
            String name, Map<String, Integer> found, Resolver resolver, Vmcoreinfo info) {
        Integer index = found.get(name);
        OptionalLong known = info.symbol(name);
        return index != null && known.isPresent() && resolver.is(index, known.getAsLong());
    }

    /** What an offset is counted from. */
    private enum Rule {
        /** The base. */
        BASE,
        /**
         * The base, downwards from one below it, if negative; else it is a symbol's value itself,
         * as those of memory that each CPU has ({@code CONFIG_KALLSYMS_ABSOLUTE_PERCPU}, until
         * 6.15).
         */
        NEGATIVE_FROM_BASE,
        /** Where it stands. */
        PLACE
    }

    private static final List<Rule> WITH_BASE =
            List.of(Rule.BASE, Rule.NEGATIVE_FROM_BASE, Rule.PLACE);
    private static final List<Rule> WITHOUT_BASE = List.of(Rule.PLACE, Rule.BASE);

    private record Resolver(KernelMemory memory, long offsets, OptionalLong base, Rule rule) {
        boolean is(int index, long known) {
            try {
                return address(index) == known;
            } catch (MemoryFault e) {
                return false;
            }
        }

        /** Those whose offset is held. */
        Map<String, Long> addresses(Map<String, Integer> found) {
            Map<String, Long> addresses = new HashMap<>();
            found.forEach(
                    (name, index) -> {
                        try {
                            addresses.put(name, address(index));
                        } catch (MemoryFault e) {
                            // It costs this symbol, and no other.
                            return;
                        }
                    });
            return addresses;
        }

        long address(int index) {
            long place = offsets + 4L * index;
            int offset = memory.u32(place);
            if (rule == Rule.PLACE) {
                return place + offset;
            }
            long start = base.isPresent() ? memory.u64(base.getAsLong()) : 0;
            if (rule == Rule.NEGATIVE_FROM_BASE) {
                return offset >= 0 ? offset : start - 1 - offset;
            }
            return start + Integer.toUnsignedLong(offset);
        }
    }

    private static byte[][] tokens(KernelMemory memory, long table, long index) {
        byte[][] tokens = new byte[256][];
        for (int i = 0; i < 256; i++) {
            long at = table + memory.u16(index + 2L * i);
            tokens[i] = memory.text(at, 256).getBytes(StandardCharsets.UTF_8);
        }
        return tokens;
    }

    /** Names from one on; those behind a page that is not held are left out. */
    private static void find(
            KernelMemory memory,
            long names,
            int first,
            int end,
            byte[][] tokens,
            boolean[] lengths,
            Predicate<String> wanted,
            Map<String, Integer> found) {
        try {
            find(new Cursor(memory, names), first, end, tokens, lengths, wanted, found);
        } catch (MemoryFault e) {
            // The next group begins where its marker says.
            return;
        }
    }

    private static void find(
            Cursor names,
            int first,
            int end,
            byte[][] tokens,
            boolean[] lengths,
            Predicate<String> wanted,
            Map<String, Integer> found) {
        byte[] name = new byte[MOST_NAME];
        for (int i = first; i < end; i++) {
            int length = names.next();
            if ((length & 0x80) != 0) { // commit 73bbb94466fd: longer names, since 6.1
                length = (length & 0x7f) | (names.next() << 7);
            }
            int used = 0;
            for (int t = 0; t < length; t++) {
                byte[] token = tokens[names.next()];
                if (used + token.length <= MOST_NAME) {
                    System.arraycopy(token, 0, name, used, token.length);
                }
                used += token.length;
            }
            // The first character is the symbol's type.
            if (used > 1 && used <= MOST_NAME && lengths[used - 1]) {
                String text = new String(name, 1, used - 1, StandardCharsets.UTF_8);
                if (!wanted.test(text)) {
                    continue;
                }
                if (Character.isUpperCase(name[0])) { // global
                    found.put(text, i);
                } else {
                    found.putIfAbsent(text, i);
                }
            }
        }
    }

    /** Reads bytes one after the other, a page at a time. */
    private static final class Cursor {
        private static final int CHUNK = 4096;
        private final KernelMemory memory;
        private long at;
        private byte[] chunk = new byte[0];
        private int used;

        Cursor(KernelMemory memory, long at) {
            this.memory = memory;
            this.at = at;
        }

        int next() {
            if (used == chunk.length) {
                int length = (int) (CHUNK - (at & CHUNK - 1));
                chunk = memory.bytes(at, length);
                at += length;
                used = 0;
            }
            return chunk[used++] & 0xff;
        }
    }
}
