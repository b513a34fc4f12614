package dev.tablewalk.ingest.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The text that the kernel leaves for crash tools: {@code kernel/vmcore_info.c}, {@code
 * arch/arm64/kernel/vmcore_info.c}, {@code Documentation/admin-guide/kdump/vmcoreinfo.rst}.
 */
final class Vmcoreinfo {
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
            boolean kallsyms) {}

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
        line("BUILD-ID=%s".formatted("5ee1d0a7".repeat(5)));
        line("PAGESIZE=%d".formatted(g.pageSize()));
        symbol(f, "init_uts_ns");
        line(
                "OFFSET(uts_namespace.name)=%d"
                        .formatted(f.types().field("uts_namespace", "name").offset()));
        symbol(f, "swapper_pg_dir");
        symbol(f, "_stext");
        line("NUMBER(SECTION_SIZE_BITS)=27");
        line("NUMBER(MAX_PHYSMEM_BITS)=%d".formatted(g.configuredVaBits() == 52 ? 52 : 48));
        line("SIZE(page)=%d".formatted(f.types().struct("page").size()));
        line("SIZE(list_head)=16");
        offset(f, "page", "flags");
        offset(f, "page", "_refcount");
        offset(f, "page", "mapping");
        offset(f, "page", "lru");
        offset(f, "page", "_mapcount");
        offset(f, "page", "private");
        offset(f, "page", "compound_head");
        line("OFFSET(list_head.next)=0");
        line("OFFSET(list_head.prev)=8");
        line("NUMBER(NR_FREE_PAGES)=0");
        line("NUMBER(PG_lru)=5");
        if (f.kallsyms()) {
            symbol(f, "kallsyms_names");
            symbol(f, "kallsyms_num_syms");
            symbol(f, "kallsyms_token_table");
            symbol(f, "kallsyms_token_index");
            symbol(f, "kallsyms_offsets");
            symbol(f, "kallsyms_relative_base");
        }
        line("NUMBER(VA_BITS)=%d".formatted(g.configuredVaBits()));
        line("NUMBER(MODULES_VADDR)=0x%x".formatted(g.modulesVaddr()));
        line("NUMBER(MODULES_END)=0x%x".formatted(g.kimageVaddr()));
        line("NUMBER(VMALLOC_START)=0x%x".formatted(g.kimageVaddr()));
        line("NUMBER(VMALLOC_END)=0x%x".formatted(g.vmemmapStart() - 0x80_0000));
        line("NUMBER(VMEMMAP_START)=0x%x".formatted(g.vmemmapStart()));
        line("NUMBER(VMEMMAP_END)=0x%x".formatted(-0x4000_0000L));
        line("NUMBER(kimage_voffset)=0x%x".formatted(f.kimageVoffset()));
        line("NUMBER(PHYS_OFFSET)=0x%x".formatted(f.physOffset()));
        line("NUMBER(TCR_EL1_T1SZ)=0x%x".formatted(64 - g.vaBits()));
        line("KERNELOFFSET=%x".formatted(f.kernelOffset()));
        line("NUMBER(KERNELPACMASK)=0x0");
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
