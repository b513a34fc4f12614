package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.AddressRange;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The list of what {@code /proc/kcore} shows, Linux {@code fs/proc/kcore.c}: the kernel's text, its
 * vmalloc region, that of modules, and RAM.
 *
 * @param text virtual address of {@code _text}
 */
record KcoreList(long text, List<AddressRange> vmallocs) {
    /** {@code enum kcore_type}. */
    private static final int KCORE_TEXT = 0;

    private static final int KCORE_VMALLOC = 1;

    /** {@code _text} lies a little before {@code _stext}, and where such alignment allows. */
    private static final long HEAD = 2L << 20;

    private static final long ALIGNED = 1L << 16;

    private static final int MOST = 1 << 16;

    private record Layout(Field next, Field previous, Field addr, Field size, Field type) {}

    /** Finds it by its entry for the kernel's own text. */
    static Optional<KcoreList> in(
            KernelMemory memory, TypeInfo types, KernelImage image, KernelMap map) {
        Optional<Field> next = types.member("kcore_list", "list.next");
        Optional<Field> previous = types.member("kcore_list", "list.prev");
        Optional<Field> addr = types.member("kcore_list", "addr");
        Optional<Field> size = types.member("kcore_list", "size");
        Optional<Field> type = types.member("kcore_list", "type");
        if (next.isEmpty()
                || previous.isEmpty()
                || addr.isEmpty()
                || size.isEmpty()
                || type.isEmpty()) {
            return Optional.empty();
        }
        Layout layout = new Layout(next.get(), previous.get(), addr.get(), size.get(), type.get());
        List<KcoreList> found = new ArrayList<>();
        Words.any(
                memory.physical(),
                image.start(),
                image.end(),
                (pa, word) -> {
                    long before = map.textVa() - word;
                    if (before >= 0 && before <= HEAD && word % ALIGNED == 0) {
                        long entry = pa + map.imageOffset() - layout.addr.offset();
                        from(memory, layout, entry, word).ifPresent(found::add);
                    }
                    return !found.isEmpty();
                });
        return found.stream().findFirst();
    }

    private static Optional<KcoreList> from(
            KernelMemory memory, Layout layout, long first, long text) {
        try {
            if (memory.number(first, layout.addr) != text
                    || memory.number(first, layout.type) != KCORE_TEXT
                    || !leadsBack(memory, layout, first)) {
                return Optional.empty();
            }
            List<AddressRange> vmallocs = new ArrayList<>();
            long entry = first;
            for (int i = 0; i < MOST; i++) {
                long start = memory.number(entry, layout.addr);
                long size = memory.number(entry, layout.size);
                boolean sound = start < 0 && size > 0 && size < -start;
                if (memory.number(entry, layout.type) == KCORE_VMALLOC && sound) {
                    vmallocs.add(new AddressRange(start, start + size));
                }
                entry = memory.pointer(entry, layout.next) - layout.next.offset();
                if (entry == first) {
                    break;
                }
            }
            return Optional.of(new KcoreList(text, vmallocs));
        } catch (MemoryFault e) {
            return Optional.empty();
        }
    }

    private static boolean leadsBack(KernelMemory memory, Layout layout, long entry) {
        long list = entry + layout.next.offset();
        int back = layout.previous.offset() - layout.next.offset();
        long next = memory.pointer(entry, layout.next);
        long previous = memory.pointer(entry, layout.previous);
        return memory.u64(next + back) == list && memory.u64(previous) == list;
    }
}
