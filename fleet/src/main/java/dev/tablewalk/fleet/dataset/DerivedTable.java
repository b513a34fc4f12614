package dev.tablewalk.fleet.dataset;

import static dev.tablewalk.graph.GraphSchema.ValueType.BOOLEAN;
import static dev.tablewalk.graph.GraphSchema.ValueType.INTEGER;
import static dev.tablewalk.graph.GraphSchema.ValueType.TEXT;

import java.util.List;
import java.util.Locale;

/**
 * Tables that hold nothing that the graph lacks, in a form that no SQL has to follow a path for.
 */
public enum DerivedTable {
    /** What a process maps: a row for each run of pages within one VMA. */
    MAPPING(
            List.of(
                    new Column("mm_id", INTEGER),
                    new Column("pid", INTEGER),
                    new Column("comm", TEXT),
                    new Column("vma", TEXT),
                    new Column("perms", TEXT),
                    new Column("backing", TEXT),
                    new Column("file", TEXT),
                    new Column("va", INTEGER),
                    new Column("pa", INTEGER),
                    new Column("pages", INTEGER),
                    new Column("writable", BOOLEAN),
                    new Column("user_executable", BOOLEAN),
                    new Column("frame", TEXT))),
    /**
     * What each constraint said: {@code pass}, {@code fail} or {@code error}, and how many rows.
     */
    CHECK_RESULT(
            List.of(
                    new Column("check_id", TEXT),
                    new Column("severity", TEXT),
                    new Column("state", TEXT),
                    new Column("rows", INTEGER))),
    /** A row of a constraint that does not hold; {@code row} is it, as JSON. */
    VIOLATION(
            List.of(
                    new Column("check_id", TEXT),
                    new Column("severity", TEXT),
                    new Column("row", TEXT))),
    /** What a page table says, whatever the frames are: tables that say the same have the same. */
    TABLE_SIGNATURE(
            List.of(
                    new Column("table_id", INTEGER),
                    new Column("level", TEXT),
                    new Column("region", TEXT),
                    new Column("place", INTEGER),
                    new Column("entries", INTEGER),
                    new Column("signature", INTEGER))),
    /** The hash of each frame of RAM, where these are kept. */
    FRAME_HASH(List.of(new Column("pfn", INTEGER), new Column("hash", INTEGER)));

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Column> columns;

    DerivedTable(List<Column> columns) {
        this.columns = columns;
    }

    /** As SQL names it. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its columns, in order. */
    public List<Column> columns() {
        return columns;
    }
}
