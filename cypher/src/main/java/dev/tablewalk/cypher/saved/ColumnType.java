package dev.tablewalk.cypher.saved;

import java.util.Locale;

/** What a column's values are, and so how people are shown them. */
public enum ColumnType {
    /** An integer that is an address, a descriptor or flags: unsigned, in hexadecimal. */
    HEX,
    /** A list of such integers. */
    HEXES,
    INTEGER,
    /** How many pages of the guest's page size. */
    PAGES,
    BYTES,
    FLOAT,
    /** Of a hundred. */
    PERCENT,
    TEXT,
    BOOLEAN,
    LIST,
    MAP;

    /** As it is written in a query's file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
