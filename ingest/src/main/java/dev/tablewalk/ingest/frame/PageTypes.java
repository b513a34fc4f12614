package dev.tablewalk.ingest.frame;

import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.OptionalLong;

/**
 * The values of {@code page.page_type}: each kernel's own, from BTF where they are an enum, else
 * from VMCOREINFO and from what the guest's own tables carry.
 *
 * <p>At first a page type was a bit cleared in a word of ones (commit 6e292b9be7f4); since commit
 * 4ffca5a96678 ("mm: support only one page_type per page") it is the word's highest byte.
 */
final class PageTypes {
    /** {@code PAGE_MAPCOUNT_RESERVE}: what is below is a type. */
    private static final int RESERVE = -128;

    /** Page flags are numbered; what is not less than this is a bit of a page type. */
    private static final int MOST_FLAGS = 64;

    private final boolean byByte;
    private final int table;
    private final int buddy;
    private final int slab;

    private PageTypes(boolean byByte, int table, int buddy, int slab) {
        this.byByte = byByte;
        this.table = table;
        this.buddy = buddy;
        this.slab = slab;
    }

    /**
     * Learns them.
     *
     * @param tableWord the word that most frames of the guest's user page tables carry
     */
    static PageTypes of(TypeInfo types, Vmcoreinfo info, int tableWord) {
        OptionalLong byteOfTable = types.enumerator("PGTY_table");
        if (byteOfTable.isPresent()) {
            return new PageTypes(
                    true,
                    (int) byteOfTable.getAsLong(),
                    (int) types.enumerator("PGTY_buddy").orElse(-1),
                    (int) types.enumerator("PGTY_slab").orElse(-1));
        }
        // PAGE_BUDDY_MAPCOUNT_VALUE is the whole word, though signed and longer.
        int buddyWord =
                (int)
                        info.number("PAGE_BUDDY_MAPCOUNT_VALUE")
                                .orElse(~types.enumerator("PG_buddy").orElse(0x80));
        OptionalLong tableBit = types.enumerator("PG_table");
        long slabBit = types.enumerator("PG_slab").orElse(0); // a flag before 6.10
        return new PageTypes(
                false,
                tableBit.isPresent() ? (int) ~tableBit.getAsLong() : tableWord,
                buddyWord,
                slabBit >= MOST_FLAGS ? (int) ~slabBit : 0);
    }

    /** Whether the word is a type; otherwise it counts mappings. */
    static boolean isTyped(int word) {
        return word < RESERVE;
    }

    private boolean is(int word, int type) {
        return type != 0 && (byByte ? word >>> 24 == type : word == type) && isTyped(word);
    }

    boolean isTable(int word) {
        return is(word, table);
    }

    boolean isBuddy(int word) {
        return is(word, buddy);
    }

    boolean isSlab(int word) {
        return is(word, slab);
    }
}
