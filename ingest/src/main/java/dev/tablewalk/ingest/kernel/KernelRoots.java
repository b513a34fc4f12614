package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.RootKind;
import dev.tablewalk.ingest.arch.Architecture.PhysicalRoot;
import dev.tablewalk.ingest.arch.Architecture.RootCandidate;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The kernel's own root tables: its main one, and those it keeps for special moments. */
public final class KernelRoots {
    /** More leaves than this no trampoline has. */
    private static final int MOST_OF_TRAMPOLINE = 64;

    /** Read at once in the search of the image: no more than what is held or not as a whole. */
    private static final int WORDS = 4096 / Long.BYTES;

    private final Kernel kernel;
    private final Map<String, Root> roots = new LinkedHashMap<>();

    /**
     * A root table.
     *
     * @param symbol that names it, or the {@code pgd} of an {@code mm_struct} that has a symbol
     * @param pa physical address
     * @param format of its tree, which may be of another depth than the kernel's
     * @param va first virtual address of its tree
     */
    public record Root(String symbol, RootKind kind, long pa, PageTableFormat format, long va) {}

    private KernelRoots(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Finds them by symbol, or else by where they lie and what they hold. */
    public static List<Root> find(Kernel kernel, Progress progress) {
        KernelRoots found = new KernelRoots(kernel);
        KernelMap map = kernel.map();
        found.add(kernel.architecture().rootSymbol(), RootKind.KERNEL, map.rootPa(), map.format());
        Map<String, RootKind> symbols = kernel.architecture().rootSymbols();
        symbols.forEach(
                (symbol, kind) ->
                        kernel.symbols()
                                .address(symbol)
                                .ifPresent(va -> found.tryAt(symbol, va, kind)));
        for (RootCandidate c : kernel.architecture().rootsBeside(map)) {
            if (!found.roots.containsKey(c.symbol()) && found.isFree(c.va())) {
                found.tryAt(c.symbol(), c.va(), c.kind());
            }
        }
        found.efi();
        kernel.architecture().mmPointers().forEach(found::ofMmPointer);
        for (PhysicalRoot root : kernel.architecture().rootsIn(kernel::member)) {
            if (kernel.memory().physical().isRam(root.pa(), map.format().pageSize())) {
                found.add(root.symbol(), root.kind(), root.pa(), map.format());
            }
        }
        OptionalLong users = found.users();
        List<Root> list = new ArrayList<>(found.roots.values());
        progress.found(
                "roots",
                String.join(", ", found.roots.keySet()),
                kernel.symbols().address(kernel.architecture().rootSymbol()).isPresent()
                        ? "by symbol, and their content fits"
                        : "by their place beside the first and their content");
        if (users.isPresent()) {
            progress.found(
                    "isolation",
                    "page tables",
                    "behind the kernel's root lies one that has of the kernel what it is entered"
                            + " by; so it is of every process, and those of mm_struct are the"
                            + " kernel's");
        }
        return list;
    }

    private void add(String symbol, RootKind kind, long pa, PageTableFormat format) {
        long va = kernel.architecture().firstVa(format, kind);
        roots.put(symbol, new Root(symbol, kind, pa, format, va));
    }

    private boolean isFree(long va) {
        try {
            long pa = kernel.memory().pa(va);
            return roots.values().stream().noneMatch(r -> r.pa() == pa);
        } catch (MemoryFault e) {
            return false;
        }
    }

    private void tryAt(String symbol, long va, RootKind kind) {
        long pa;
        try {
            pa = kernel.memory().pa(va);
        } catch (MemoryFault e) {
            return;
        }
        PageTableFormat main = kernel.map().format();
        List<PageTableFormat> formats = new ArrayList<>(List.of(main));
        if (kind == RootKind.IDENTITY) {
            // IDMAP_VA_BITS is 48 in newer kernels, whatever the kernel's own width.
            formats.add(main.withVaBits(48));
        }
        for (PageTableFormat format : formats) {
            if (new Shape(format).fits(pa, kind)) {
                add(symbol, kind, pa, format);
                return;
            }
        }
    }

    /** By what processors enter the kernel, where processes run on roots that leave it out. */
    private OptionalLong users() {
        KernelMap map = kernel.map();
        OptionalLong users =
                kernel.architecture().userRoot(map, kernel.memory().physical(), map.rootPa());
        users.ifPresent(
                pa ->
                        add(
                                "kernel_to_user_pgdp(" + kernel.architecture().rootSymbol() + ")",
                                RootKind.TRAMPOLINE,
                                pa,
                                map.format()));
        return users;
    }

    /** {@code efi_mm} maps what firmware gave for its services to run in: user half, own root. */
    private void efi() {
        Optional<Field> pgd = kernel.types().member("mm_struct", "pgd");
        if (pgd.isEmpty()) {
            return;
        }
        OptionalLong mm = kernel.symbols().address("efi_mm");
        if (mm.isEmpty()) {
            mm = efiMmInImage(pgd.get());
        }
        if (mm.isEmpty()) {
            return;
        }
        ofMm("efi_mm", mm.getAsLong(), pgd.get());
    }

    private void ofMmPointer(String symbol) {
        Optional<Field> pgd = kernel.types().member("mm_struct", "pgd");
        OptionalLong mm = kernel.word(symbol);
        if (pgd.isPresent() && mm.isPresent() && mm.getAsLong() != 0) {
            ofMm(symbol, mm.getAsLong(), pgd.get());
        }
    }

    private void ofMm(String symbol, long mm, Field pgd) {
        try {
            long root = kernel.memory().pointer(mm, pgd);
            if (root != 0 && root != kernel.map().rootVa()) {
                add(symbol + ".pgd", RootKind.MM, kernel.memory().pa(root), kernel.map().format());
            }
        } catch (MemoryFault e) {
            // A kernel without firmware services leaves it as it was built, or it is damaged.
            return;
        }
    }

    /**
     * Where {@code efi_mm} lies if no symbol says so, as on kernels that keep those of functions
     * alone: an {@code mm_struct} in the kernel's data as {@code drivers/firmware/efi/efi.c} has
     * it, with two users, in no list, and with a root of its own, which {@code init_mm} has not.
     * Cost: a pass over the image.
     */
    private OptionalLong efiMmInImage(Field pgd) {
        Optional<Field> list = kernel.types().member("mm_struct", "mmlist");
        Optional<Field> users = kernel.types().member("mm_struct", "mm_users.counter");
        if (list.isEmpty() || users.isEmpty()) {
            return OptionalLong.empty();
        }
        long[] words = new long[WORDS];
        long before = 0;
        for (long pa = kernel.imagePa(); pa < kernel.imageEnd(); pa += 8L * WORDS) {
            if (!kernel.memory().physical().readTable(pa, words, WORDS)) {
                before = 0;
                continue;
            }
            for (int i = 0; i < WORDS; i++) {
                long head = pa + 8L * (i - 1) + kernel.map().imageOffset();
                long mm = head - list.get().offset();
                if (before == head && words[i] == head && isEfiMm(mm, pgd, users.get())) {
                    return OptionalLong.of(mm);
                }
                before = words[i];
            }
        }
        return OptionalLong.empty();
    }

    private boolean isEfiMm(long mm, Field pgd, Field users) {
        try {
            if (kernel.memory().number(mm, users) != 2) {
                return false;
            }
            long root = kernel.memory().pointer(mm, pgd);
            long pa = kernel.memory().pa(root);
            return root == kernel.memory().linear(pa)
                    && new Shape(kernel.map().format()).fits(pa, RootKind.MM);
        } catch (MemoryFault e) {
            return false;
        }
    }

    /** Looks at a small tree as a whole. */
    private final class Shape {
        private final PageTableFormat format;
        private int leaves;
        private boolean identity = true;
        private int ofImage;
        private boolean behindLinearMap = true;
        private boolean sound = true;
        private int tables;

        Shape(PageTableFormat format) {
            this.format = format;
        }

        boolean fits(long pa, RootKind kind) {
            if (!kernel.memory().physical().contains(pa, 8L * format.entries(0))) {
                return false;
            }
            visit(pa, 0, kernel.architecture().firstVa(format, kind));
            return switch (kind) {
                case EMPTY -> sound && leaves == 0 && tables == 1;
                case IDENTITY -> sound && leaves > 0 && identity;
                // What else it maps, and should not, is for the checks to find.
                case TRAMPOLINE ->
                        sound && ofImage > 0 && behindLinearMap && leaves <= MOST_OF_TRAMPOLINE;
                case KERNEL, ALIAS, MM -> sound && leaves > 0;
            };
        }

        private void visit(long pa, int level, long va) {
            if (++tables > MOST_OF_TRAMPOLINE) {
                sound = false;
                return;
            }
            long[] entries = new long[format.entries(level)];
            if (!kernel.memory().physical().readTable(pa, entries, entries.length)) {
                sound = false;
                return;
            }
            for (int i = 0; sound && i < entries.length; i++) {
                long at = va + ((long) i << format.shift(level));
                switch (format.kind(entries[i], level)) {
                    case EMPTY -> {}
                    case LEAF -> leaf(at, format.address(entries[i], level));
                    case TABLE -> visit(format.address(entries[i], level), level + 1, at);
                    case SWAP, RESERVED -> sound = false;
                }
            }
        }

        private void leaf(long va, long pa) {
            leaves++;
            KernelMap map = kernel.map();
            identity &= va == pa;
            long inImage = pa - (map.textVa() - map.imageOffset());
            behindLinearMap &= Long.compareUnsigned(va, map.linearEnd()) >= 0;
            ofImage += inImage >= -(64L << 10) && inImage < 1L << 28 ? 1 : 0;
        }
    }
}
