package dev.tablewalk.ingest.process;

import java.util.Locale;

/** Who fills a VMA with pages; {@link #text()} is the word as queries write it. */
public enum Backing {
    /** The kernel, with zeroes: {@code vma_is_anonymous()}. */
    ANONYMOUS,
    /** The page cache of the VMA's file. */
    PAGE_CACHE,
    /** The driver behind the VMA's file, with any page that it likes. */
    DRIVER,
    /** The kernel, with pages of its own: {@code _install_special_mapping()}. */
    SPECIAL;

    private final String text = name().toLowerCase(Locale.ROOT);

    public String text() {
        return text;
    }
}
