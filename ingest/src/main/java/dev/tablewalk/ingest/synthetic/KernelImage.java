package dev.tablewalk.ingest.synthetic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kernel image: symbols one behind the other from {@code _text} up. */
final class KernelImage {
    private static final int CACHE_LINE = 64;

    private final KernelMemory memory;
    private final long text;
    private final int size;
    private final Map<String, Long> symbols = new LinkedHashMap<>();
    private final List<KallsymsEncoder.Symbol> table = new ArrayList<>();
    private long next;

    /**
     * @param text virtual address of {@code _text}
     * @param size bytes that the image may take
     */
    KernelImage(KernelMemory memory, long text, int size) {
        this.memory = memory;
        this.text = text;
        this.size = size;
        this.next = text;
    }

    /**
     * Makes room.
     *
     * @param type as {@code nm} prints it: T for functions, D, R and B for data
     * @return virtual address
     */
    long define(char type, String symbol, long bytes, int align) {
        long at = Math.ceilDiv(next, align) * align;
        next = at + bytes;
        if (next - text > size) {
            throw new IllegalStateException("the kernel image is full");
        }
        symbols.put(symbol, at);
        table.add(new KallsymsEncoder.Symbol(type, symbol, at));
        return at;
    }

    /** Names a place so many bytes behind {@code _text}. */
    void defineAt(char type, String symbol, long offset) {
        symbols.put(symbol, text + offset);
        table.add(new KallsymsEncoder.Symbol(type, symbol, text + offset));
    }

    /** A zeroed struct under a symbol. */
    KernelStruct struct(String symbol, String type) {
        CType.Aggregate layout = memory.types().struct(type);
        return memory.struct(type, define('D', symbol, layout.size(), CACHE_LINE));
    }

    /** Bytes under a symbol. */
    long data(char type, String symbol, byte[] bytes, int align) {
        long at = define(type, symbol, bytes.length, align);
        memory.putBytes(at, bytes);
        return at;
    }

    boolean has(String symbol) {
        return symbols.containsKey(symbol);
    }

    Map<String, Long> symbols() {
        return symbols;
    }

    long symbol(String name) {
        Long at = symbols.get(name);
        if (at == null) {
            throw new IllegalArgumentException("no symbol " + name);
        }
        return at;
    }

    /** Writes the symbol table of all that was defined until now. */
    void writeKallsyms(boolean all) {
        List<KallsymsEncoder.Symbol> written =
                table.stream()
                        .filter(s -> all || s.type() == 'T' || s.type() == 't')
                        .sorted(Comparator.comparingLong(KallsymsEncoder.Symbol::address))
                        .toList();
        KallsymsEncoder.encode(written, text)
                .forEach((symbol, bytes) -> data('R', symbol, bytes, 8));
    }
}
