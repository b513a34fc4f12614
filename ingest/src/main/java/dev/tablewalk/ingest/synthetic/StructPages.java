package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.FrameLedger.Entry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongUnaryOperator;

/**
 * Encodes {@code struct page}: {@code include/linux/mm_types.h}, {@code page-flags.h}, and what
 * {@code mm/page_alloc.c}, {@code mm/slub.c} and {@code mm/rmap.c} leave in it.
 */
final class StructPages {
    private static final int PG_BUDDY = 0x80;
    private static final int PG_TABLE = 0x200;
    private static final long LIST_POISON1 = 0xdead_0000_0000_0100L;
    private static final long LIST_POISON2 = 0xdead_0000_0000_0122L;
    private static final long MAPPING_ANON = 1;
    private static final long OBJECTS_IN_SLAB = 0x10_0010;

    private final CTypes types;
    private final KernelEra era;
    private final LongUnaryOperator addresses;
    private final byte[] free;

    /**
     * @param addresses of {@code struct page} by frame number
     */
    StructPages(CTypes types, KernelEra era, LongUnaryOperator addresses) {
        this.types = types;
        this.era = era;
        this.addresses = addresses;
        this.free = new Page(0).done();
    }

    /** One {@code struct page} under construction. */
    private final class Page {
        private final ByteBuffer bytes =
                ByteBuffer.allocate(types.struct("page").size()).order(ByteOrder.LITTLE_ENDIAN);
        private final long address;

        Page(long pfn) {
            address = addresses.applyAsLong(pfn);
            // The node, zone and last CPU that every page carries.
            set("flags", era.pageTypeInByte() ? 0x01ff_ff00_0000_0000L : 0x03ff_fc00_0000_0000L);
            set("_mapcount", -1);
            link(0, LIST_POISON2);
        }

        Page set(String member, long value) {
            return set("page", member, value);
        }

        Page set(String struct, String member, long value) {
            CTypes.Field field = types.field(struct, member);
            if (field.size() == 4) {
                bytes.putInt(field.offset(), (int) value);
            } else {
                bytes.putLong(field.offset(), value);
            }
            return this;
        }

        Page flags(String... names) {
            int at = types.field("page", "flags").offset();
            long word = bytes.getLong(at);
            for (String name : names) {
                if (types.enumerator(name).isPresent()) {
                    word |= 1L << types.enumerator(name).getAsLong();
                }
            }
            bytes.putLong(at, word);
            return this;
        }

        Page link(long next, long previous) {
            int at = types.field("page", "lru").offset();
            bytes.putLong(at, next).putLong(at + 8, previous);
            return this;
        }

        Page linkToItself() {
            long list = address + types.field("page", "lru").offset();
            return link(list, list);
        }

        Page type(int bit, String name) {
            long word = era.pageTypeInByte() ? types.enumerator(name).orElseThrow() << 24 : ~bit;
            return set("_mapcount", word);
        }

        byte[] done() {
            return bytes.array();
        }
    }

    /** Of a frame in use. */
    byte[] of(long pfn, Entry entry) {
        Page page = new Page(pfn);
        if (entry.isCompound() && pfn > entry.head()) {
            return tail(page, pfn, entry).done();
        }
        page.set("_refcount.counter", 1);
        switch (entry.use()) {
            case RESERVED -> reserved(page, entry);
            case SLAB -> slab(page, entry);
            case TABLE -> page.link(0, 0).type(PG_TABLE, "PGTY_table");
            case ANON, SHMEM, FILE -> users(page, entry);
            default -> {}
        }
        if (entry.isCompound()) {
            page.flags("PG_head");
        }
        return page.done();
    }

    /** Of the first frame of a free block. */
    byte[] buddy(long pfn, int order) {
        Page page = new Page(pfn).linkToItself().set("private", order);
        return page.type(PG_BUDDY, "PGTY_buddy").done();
    }

    /** Of the other frames of a free block. */
    byte[] free() {
        return free;
    }

    private void reserved(Page page, Entry entry) {
        page.linkToItself().flags("PG_reserved");
        page.set("_mapcount", entry.mapped() - 1L).set("_refcount.counter", 1L + entry.mapped());
    }

    private void slab(Page page, Entry entry) {
        page.set("slab", "slab_cache", entry.owner()).set("slab", "counters", OBJECTS_IN_SLAB);
        if (era.pageTypeInByte()) {
            page.type(0, "PGTY_slab");
        } else {
            page.link(LIST_POISON1, LIST_POISON2).flags("PG_slab");
        }
    }

    private void users(Page page, Entry entry) {
        page.linkToItself().set("index", entry.index()).flags("PG_uptodate", "PG_lru");
        switch (entry.use()) {
            case ANON -> {
                page.set("mapping", entry.owner() | MAPPING_ANON).flags("PG_swapbacked");
                page.set("_refcount.counter", entry.mapped());
                if (entry.mapped() == 1) {
                    page.flags("PG_anon_exclusive");
                }
            }
            case SHMEM ->
                    page.set("mapping", entry.owner())
                            .flags("PG_swapbacked", "PG_dirty")
                            .set("_refcount.counter", entry.mapped() + 1L);
            default ->
                    page.set("mapping", entry.owner())
                            .flags("PG_referenced")
                            .set("_refcount.counter", entry.mapped() + 1L);
        }
        // Mappings of a compound page as a whole are counted in its first tail.
        page.set("_mapcount", entry.isCompound() ? -1 : entry.mapped() - 1L);
    }

    private Page tail(Page page, long pfn, Entry entry) {
        page.set("compound_head", addresses.applyAsLong(entry.head()) | 1);
        if (pfn != entry.head() + 1) {
            return page;
        }
        int mapcount = entry.use().isUsers() ? entry.mapped() - 1 : -1;
        int at = types.field("page", "compound_head").offset() + 8;
        if (era.pageTypeInByte()) {
            // struct folio: _flags_1 has the order, then _large_mapcount and _entire_mapcount.
            int flags = types.field("page", "flags").offset();
            page.bytes.putLong(flags, page.bytes.getLong(flags) | entry.order());
            page.bytes.putInt(at, mapcount).putInt(at + 4, mapcount);
            page.bytes.putInt(at + 16, 1 << entry.order());
        } else {
            // compound_dtor, compound_order, compound_mapcount, compound_nr.
            page.bytes.put(at, (byte) 1).put(at + 1, (byte) entry.order());
            page.bytes.putInt(at + 4, mapcount).putInt(at + 12, 1 << entry.order());
        }
        return page;
    }
}
