package dev.tablewalk.ingest.vmcoreinfo;

import dev.tablewalk.graph.Hex;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel writes of itself for crash dumps: {@code KEY=VALUE} lines, Linux {@code
 * Documentation/admin-guide/kdump/vmcoreinfo.rst}.
 */
public final class Vmcoreinfo {
    /** The first key, always. */
    public static final String START = "OSRELEASE=";

    /** Where the text stands in a 4 KiB page: at its start, or behind the header of an ELF note. */
    private static final int[] IN_PAGE = {0, 0x18};

    public static int[] inPage() {
        return IN_PAGE.clone();
    }

    /** {@code VMCOREINFO_BYTES} is a page, and pages have at most 64 KiB. */
    public static final int MAX_BYTES = 1 << 16;

    /** Less than any kernel writes. */
    public static final int LEAST_BYTES = 256;

    private final Map<String, String> lines = new LinkedHashMap<>();

    /**
     * @param text from {@link #START} on, to its NUL or beyond
     */
    public Vmcoreinfo(byte[] text) {
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i < text.length && text[i] != '\n' && text[i] != 0) {
                continue;
            }
            String line = new String(text, start, i - start, StandardCharsets.ISO_8859_1);
            int equals = line.indexOf('=');
            if (equals > 0) {
                lines.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
            start = i + 1;
            if (i < text.length && text[i] == 0) {
                break;
            }
        }
    }

    /**
     * What was learnt of a kernel that does not describe itself, as it would have written it.
     *
     * @param lines values by key
     */
    public Vmcoreinfo(Map<String, String> lines) {
        this.lines.putAll(lines);
    }

    /** The same, and what else was learnt since. */
    public Vmcoreinfo with(Map<String, String> more) {
        Vmcoreinfo all = new Vmcoreinfo(lines);
        all.lines.putAll(more);
        return all;
    }

    /** Lines that make sense. */
    public int size() {
        return lines.size();
    }

    public Optional<String> text(String key) {
        return Optional.ofNullable(lines.get(key));
    }

    /** {@code uname -r}, or an empty text. */
    public String release() {
        return text("OSRELEASE").orElse("");
    }

    public OptionalLong pageSize() {
        return parse(text("PAGESIZE"), false);
    }

    /** {@code SYMBOL(name)}, a kernel virtual address. */
    public OptionalLong symbol(String name) {
        return parse(text("SYMBOL(" + name + ")"), true);
    }

    /** Every {@code SYMBOL(name)} that is an address; of an array, that of what it points to. */
    public Map<String, Long> symbols() {
        Map<String, Long> symbols = new LinkedHashMap<>();
        for (String key : lines.keySet()) {
            if (key.startsWith("SYMBOL(") && key.endsWith(")")) {
                String name = key.substring("SYMBOL(".length(), key.length() - 1);
                symbol(name).ifPresent(va -> symbols.put(name, va));
            }
        }
        return symbols;
    }

    /** {@code NUMBER(name)}: decimal, or hexadecimal with 0x. */
    public OptionalLong number(String name) {
        return parse(text("NUMBER(" + name + ")"), false);
    }

    /** {@code LENGTH(name)}: elements of an array. */
    public OptionalLong length(String name) {
        return parse(text("LENGTH(" + name + ")"), false);
    }

    /** {@code OFFSET(struct.member)}, bytes. */
    public OptionalLong offset(String member) {
        return parse(text("OFFSET(" + member + ")"), false);
    }

    /** Bytes by which the kernel's virtual addresses are moved, or 0 if it does not say. */
    public long kaslrOffset() {
        return parse(text("KERNELOFFSET"), true).orElse(0);
    }

    private static OptionalLong parse(Optional<String> text, boolean hex) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    hex || text.get().startsWith("0x")
                            ? Hex.parse(text.get())
                            : Long.parseLong(text.get()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
