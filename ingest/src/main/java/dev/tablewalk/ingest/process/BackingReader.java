package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells who fills a VMA with pages. A file has a page cache if its {@code address_space_operations}
 * do anything: those of a device, a socket, an anonymous inode or a file of debugfs are empty
 * ({@code empty_aops}, {@code inode_init_always()}) but for marking pages dirty ({@code
 * anon_aops}), so that whatever such a VMA holds came from a driver's {@code fault} or {@code
 * mmap}. What cannot be read counts as the page cache, of which most is expected.
 */
final class BackingReader {
    /** There are some twenty operations. */
    private static final int MOST_OPERATIONS = 64;

    private final KernelMemory memory;
    private final Field vmOps;
    private final Optional<Field> mapping;
    private final Optional<Field> mappingOps;
    private final List<Integer> operations = new ArrayList<>();
    private final Map<Long, Backing> byOperations = new HashMap<>();

    BackingReader(KernelMemory memory, KernelTypes types) {
        this.memory = memory;
        vmOps = types.orAbsent("vm_area_struct", "vm_ops");
        mapping = types.find("file", "f_mapping");
        mappingOps = types.find("address_space", "a_ops");
        String struct = "address_space_operations";
        int dirty =
                types.find(struct, "dirty_folio", "set_page_dirty") // commit 6f31a5a261db
                        .map(Field::offset)
                        .orElse(-1);
        int size = types.info().structSize(struct).orElse(0);
        for (int at = 0; at + 8 <= size && at < 8 * MOST_OPERATIONS; at += 8) {
            if (at != dirty) {
                operations.add(at);
            }
        }
    }

    /**
     * Since commit bfd40eaff5ab (4.19) every VMA that is not of anonymous memory has operations, if
     * only empty ones; and a private mapping of {@code /dev/zero} has a file and none.
     *
     * @param file of the VMA, or 0
     * @throws MemoryFault if the VMA cannot be read
     */
    Backing of(long vma, long file) {
        if ((vmOps.isKnown() ? memory.pointer(vma, vmOps) : file) == 0) {
            return Backing.ANONYMOUS;
        }
        return file == 0 ? Backing.SPECIAL : ofFile(file);
    }

    private Backing ofFile(long file) {
        if (mapping.isEmpty() || mappingOps.isEmpty() || operations.isEmpty()) {
            return Backing.PAGE_CACHE;
        }
        try {
            long ops = memory.pointer(memory.pointer(file, mapping.get()), mappingOps.get());
            Backing known = byOperations.get(ops);
            if (known == null) {
                boolean any = operations.stream().anyMatch(at -> memory.u64(ops + at) != 0);
                known = any ? Backing.PAGE_CACHE : Backing.DRIVER;
                byOperations.put(ops, known);
            }
            return known;
        } catch (MemoryFault e) {
            return Backing.PAGE_CACHE;
        }
    }
}
