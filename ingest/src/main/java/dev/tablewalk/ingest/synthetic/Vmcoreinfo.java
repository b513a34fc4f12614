package dev.tablewalk.ingest.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The text that the kernel leaves for crash tools: {@code kernel/vmcore_info.c}, {@code
 * arch/ARCH/kernel/vmcore_info.c}, {@code Documentation/admin-guide/kdump/vmcoreinfo.rst}.
 */
final class Vmcoreinfo {
    /** Of every synthetic kernel. */
    static final String BUILD_ID = "5ee1d0a7".repeat(5);

    private final StringBuilder text = new StringBuilder();

    private Vmcoreinfo() {}

    /** What the kernel says of itself. */
    record Facts(
            KernelEra era,
            Geometry geometry,
            Map<String, Long> symbols,
            CTypes types,
            long kimageVoffset,
            long physOffset,
            long kernelOffset,
            boolean kallsyms,
            Sections sections) {}

    /**
     * Where {@code struct mem_section} of all memory are.
     *
     * @param array kernel virtual address of pointers to them; 0 if it is not told
     */
    record Sections(long array, long roots, int shift, int physicalBits) {}

    static String text(Facts facts) {
        Vmcoreinfo info = new Vmcoreinfo();
        info.write(facts);
        return info.text.toString();
    }

    /** The ELF note that carries it: name {@code VMCOREINFO}, type 0. */
    static byte[] note(String text) {
        byte[] desc = text.getBytes(StandardCharsets.US_ASCII);
        byte[] name = "VMCOREINFO\0\0".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(12 + name.length + desc.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(11)
                .putInt(desc.length)
                .putInt(0)
                .put(name)
                .put(desc)
                .array();
    }

    private void write(Facts f) {
        Geometry g = f.geometry();
        line("OSRELEASE=%s".formatted(f.era().release()));
        line("BUILD-ID=%s".formatted(BUILD_ID));
        line("PAGESIZE=%d".formatted(g.pageSize()));
        symbol(f, "init_uts_ns");
        line(
                "OFFSET(uts_namespace.name)=%d"
                        .formatted(f.types().field("uts_namespace", "name").offset()));
        // On x86-64 that is another name of the root's.
        line("SYMBOL(swapper_pg_dir)=%x".formatted(f.symbols().get(g.rootSymbol())));
        symbol(f, "_stext");
        if (f.sections().array() != 0) {
            line("SYMBOL(mem_section)=%x".formatted(f.sections().array()));
            line("LENGTH(mem_section)=%d".formatted(f.sections().roots()));
        }
        line("NUMBER(SECTION_SIZE_BITS)=%d".formatted(f.sections().shift()));
        line("NUMBER(MAX_PHYSMEM_BITS)=%d".formatted(f.sections().physicalBits()));
        line("SIZE(page)=%d".formatted(f.types().struct("page").size()));
        line("SIZE(list_head)=16");
        for (String member :
                List.of("flags", "_refcount", "mapping", "lru", "_mapcount", "private")) {
            offset(f, "page", member);
        }
        if (!f.era().pageTypeInByte()) {
            line("OFFSET(page.compound_dtor)=16");
            line("OFFSET(page.compound_order)=17");
        }
        offset(f, "page", "compound_head");
        line("OFFSET(list_head.next)=0");
        line("OFFSET(list_head.prev)=8");
        line("NUMBER(NR_FREE_PAGES)=0");
        pageFlags(f);
        if (f.kallsyms()) {
            symbol(f, "kallsyms_names");
            symbol(f, "kallsyms_num_syms");
            symbol(f, "kallsyms_token_table");
            symbol(f, "kallsyms_token_index");
            symbol(f, "kallsyms_offsets");
            symbol(f, "kallsyms_relative_base");
        }
        switch (g) {
            case Arm64Geometry arm64 -> ofArm64(f, arm64);
            case X86Geometry x86 -> ofX86(f, x86);
        }
        line("KERNELOFFSET=%x".formatted(f.kernelOffset()));
    }

    private void ofArm64(Facts f, Arm64Geometry g) {
        line("NUMBER(VA_BITS)=%d".formatted(g.configuredVaBits()));
        if (f.era().tellsRegions()) {
            regions(f, g);
        }
        line("NUMBER(kimage_voffset)=0x%x".formatted(f.kimageVoffset()));
        line("NUMBER(PHYS_OFFSET)=0x%x".formatted(f.physOffset()));
        line("NUMBER(TCR_EL1_T1SZ)=0x%x".formatted(64 - g.vaBits()));
        line("NUMBER(KERNELPACMASK)=0x0");
    }

    private void ofX86(Facts f, X86Geometry g) {
        long physBase = X86Geometry.START_KERNEL_MAP - f.kimageVoffset();
        line("NUMBER(phys_base)=%d".formatted(physBase));
        symbol(f, "init_top_pgt");
        line("NUMBER(pgtable_l5_enabled)=%d".formatted(g.levels() == 5 ? 1 : 0));
        line("NUMBER(KERNEL_IMAGE_SIZE)=%d".formatted(X86Geometry.KERNEL_IMAGE_SIZE));
        line("NUMBER(sme_mask)=0");
    }

    private void pageFlags(Facts f) {
        for (String flag :
                List.of("PG_lru", "PG_private", "PG_swapcache", "PG_swapbacked", "PG_hwpoison")) {
            line("NUMBER(%s)=%d".formatted(flag, enumerator(f, flag)));
        }
        line("NUMBER(PG_head_mask)=%d".formatted(1L << enumerator(f, "PG_head")));
        if (f.era().pageTypeInByte()) {
            for (String type : List.of("slab", "buddy", "hugetlb", "offline")) {
                int word = (int) (enumerator(f, "PGTY_" + type) << 24);
                line("NUMBER(PAGE_%s_MAPCOUNT_VALUE)=%d".formatted(upper(type), word));
            }
        } else {
            line("NUMBER(PG_slab)=%d".formatted(enumerator(f, "PG_slab")));
            line("NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=%d".formatted(~0x80));
            line("NUMBER(HUGETLB_PAGE_DTOR)=2");
            line("NUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)=%d".formatted(~0x100));
        }
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    private static long enumerator(Facts f, String name) {
        return f.types().enumerator(name).orElseThrow();
    }

    private void regions(Facts f, Arm64Geometry g) {
        long vmemmap = g.vmemmapStart(f.era());
        line("NUMBER(MODULES_VADDR)=0x%x".formatted(g.modulesStart()));
        line("NUMBER(MODULES_END)=0x%x".formatted(g.modulesEnd()));
        line("NUMBER(VMALLOC_START)=0x%x".formatted(g.vmallocStart()));
        line("NUMBER(VMALLOC_END)=0x%x".formatted(g.vmallocEnd(f.era())));
        line("NUMBER(VMEMMAP_START)=0x%x".formatted(vmemmap));
        line("NUMBER(VMEMMAP_END)=0x%x".formatted(vmemmap + g.vmemmapSize()));
    }

    private void symbol(Facts facts, String name) {
        line("SYMBOL(%s)=%x".formatted(name, facts.symbols().getOrDefault(name, 0L)));
    }

    private void offset(Facts facts, String struct, String member) {
        int offset = facts.types().field(struct, member).offset();
        line("OFFSET(%s.%s)=%d".formatted(struct, member, offset));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
