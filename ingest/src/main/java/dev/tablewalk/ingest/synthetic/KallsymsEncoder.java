package dev.tablewalk.ingest.synthetic;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes a symbol table as {@code scripts/kallsyms.c} does: names in order of address, compressed
 * with 256 tokens, the most frequent pair of bytes becoming a token over and over; offsets relative
 * to a base ({@code CONFIG_KALLSYMS_BASE_RELATIVE} without absolute per-CPU symbols).
 */
final class KallsymsEncoder {
    private static final int NAMES_PER_MARKER = 256;

    private final byte[][] tokens = new byte[256][];
    private final List<byte[]> names = new ArrayList<>();
    private final List<Long> addresses = new ArrayList<>();

    /**
     * @param type as {@code nm} prints it
     * @param name of the symbol
     * @param address kernel virtual address
     */
    record Symbol(char type, String name, long address) {}

    private KallsymsEncoder() {}

    /**
     * The tables as they stand in memory, by symbol and in the linker's order.
     *
     * @param symbols in order of address
     * @param relativeBase lowest address, {@code _text}
     */
    static Map<String, byte[]> encode(List<Symbol> symbols, long relativeBase) {
        KallsymsEncoder encoder = new KallsymsEncoder();
        for (Symbol symbol : symbols) {
            encoder.names.add((symbol.type() + symbol.name()).getBytes(StandardCharsets.US_ASCII));
            encoder.addresses.add(symbol.address());
        }
        encoder.compress();
        return encoder.tables(relativeBase);
    }

    private void compress() {
        for (byte[] name : names) {
            for (byte b : name) {
                tokens[b & 255] = new byte[] {b};
            }
        }
        for (int token = 255; token >= 0; token--) {
            if (tokens[token] != null) {
                continue;
            }
            int pair = mostFrequentPair();
            if (pair < 0) {
                tokens[token] = new byte[0];
                continue;
            }
            ByteArrayOutputStream expanded = new ByteArrayOutputStream();
            expanded.writeBytes(tokens[pair >>> 8]);
            expanded.writeBytes(tokens[pair & 255]);
            tokens[token] = expanded.toByteArray();
            int replacement = token;
            names.replaceAll(name -> replace(name, pair, (byte) replacement));
        }
    }

    private int mostFrequentPair() {
        Map<Integer, Integer> seen = new HashMap<>();
        for (byte[] name : names) {
            for (int i = 0; i + 1 < name.length; i++) {
                seen.merge((name[i] & 255) << 8 | (name[i + 1] & 255), 1, Integer::sum);
            }
        }
        int best = -1;
        int most = 1;
        for (Map.Entry<Integer, Integer> pair : seen.entrySet()) {
            if (pair.getValue() > most) {
                most = pair.getValue();
                best = pair.getKey();
            }
        }
        return best;
    }

    private static byte[] replace(byte[] name, int pair, byte token) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < name.length; i++) {
            if (i + 1 < name.length && ((name[i] & 255) << 8 | (name[i + 1] & 255)) == pair) {
                out.write(token);
                i++;
            } else {
                out.write(name[i]);
            }
        }
        return out.toByteArray();
    }

    private Map<String, byte[]> tables(long base) {
        ByteBuffer offsets = little(names.size() * 4);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        ByteBuffer markers = little(Math.ceilDiv(names.size(), NAMES_PER_MARKER) * 4);
        for (int i = 0; i < names.size(); i++) {
            if (i % NAMES_PER_MARKER == 0) {
                markers.putInt(compressed.size());
            }
            offsets.putInt((int) (addresses.get(i) - base));
            byte[] name = names.get(i);
            // Since 6.1 a length above 127 takes two bytes.
            if (name.length > 127) {
                compressed.write((name.length & 127) | 128);
                compressed.write(name.length >>> 7);
            } else {
                compressed.write(name.length);
            }
            compressed.writeBytes(name);
        }
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        ByteBuffer index = little(512);
        for (byte[] token : tokens) {
            index.putShort((short) table.size());
            table.writeBytes(token);
            table.write(0);
        }
        Map<String, byte[]> tables = new LinkedHashMap<>();
        tables.put("kallsyms_offsets", bytes(offsets));
        tables.put("kallsyms_relative_base", bytes(little(8).putLong(base)));
        tables.put("kallsyms_num_syms", bytes(little(4).putInt(names.size())));
        tables.put("kallsyms_names", compressed.toByteArray());
        tables.put("kallsyms_markers", bytes(markers));
        tables.put("kallsyms_token_table", table.toByteArray());
        tables.put("kallsyms_token_index", bytes(index));
        return tables;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.rewind().get(bytes);
        return bytes;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
