package dev.tablewalk.ingest.isf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a symbol file in one pass, and keeps what look-ups need. */
public final class IsfReader {
    /** Ten times the text that the largest kernels' files have. */
    private static final long MOST_TEXT = 2L << 30;

    /** Members, enumerators, symbols and types together: four times what kernels have. */
    private static final int MOST_ENTRIES = 2_000_000;

    private static final int MOST_BYTES = 1 << 30;
    private static final int MOST_BITS = 1 << 16;
    private static final int MAX_DEPTH = 100;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(MOST_TEXT)
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNameLength(4096)
                                    .maxStringLength(1 << 20)
                                    .build())
                    .build();

    private final Path file;
    private final JsonParser in;
    private final Map<String, Integer> baseSizes = new HashMap<>();
    private final Map<String, Isf.Struct> structs = new HashMap<>();
    private final Map<String, Integer> enumSizes = new HashMap<>();
    private final Map<String, Long> enumerators = new HashMap<>();
    private final Map<String, Long> addresses = new HashMap<>();
    private final Map<IsfType, IsfType> types = new HashMap<>();
    private String banner = "";
    private int entries;

    private IsfReader(Path file, JsonParser in) {
        this.file = file;
        this.in = in;
    }

    /** Reads one entry of a section; the parser stands at its value. */
    private interface Entry {
        void read(String name) throws IOException;
    }

    /**
     * Reads a file as it is, or packed by xz, gzip or zstd. Cost: a pass over its text.
     *
     * @throws UserError if it cannot be read, or is no symbol file of a 64-bit Linux kernel
     */
    public static Isf read(Path file) {
        try (PackedText text = PackedText.open(file);
                JsonParser in = JSON.createParser(text.in())) {
            return new IsfReader(file, in).document();
        } catch (JsonProcessingException e) {
            throw UserError.input(
                    file
                            + " is no symbol file that can be read: "
                            + place(e.getLocation())
                            + oneLine(e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw UserError.input(file + " cannot be read: " + PackedText.reason(e), e);
        }
    }

    private static String place(@Nullable JsonLocation at) {
        return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    private static String oneLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private Isf document() throws IOException {
        in.nextToken();
        Set<String> missing =
                new TreeSet<>(Set.of("metadata", "base_types", "user_types", "symbols"));
        object(
                name -> {
                    missing.remove(name);
                    switch (name) {
                        case "metadata" -> object(this::metadata);
                        case "base_types" -> object(this::baseType);
                        case "user_types" -> object(this::userType);
                        case "enums" -> object(this::enumeration);
                        case "symbols" -> object(this::symbol);
                        default -> in.skipChildren();
                    }
                });
        if (in.nextToken() != null) {
            throw wrong("there is more behind the end of the document");
        }
        if (!missing.isEmpty()) {
            throw UserError.input(
                    file
                            + " is no symbol file: it has no "
                            + String.join(", ", missing)
                            + "; give one in Volatility 3's format (ISF)");
        }
        if (!structs.containsKey("task_struct")) {
            throw UserError.input(
                    file
                            + " does not describe task_struct; give the symbol file of a Linux"
                            + " kernel");
        }
        return new Isf(file, banner, baseSizes, structs, enumSizes, enumerators, addresses);
    }

    /** Goes over an object's members; the parser stands at its start, and then at its end. */
    private void object(Entry member) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("an object should stand here");
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            member.read(name);
        }
    }

    private void count() {
        if (++entries > MOST_ENTRIES) {
            throw UserError.input(
                    file + " describes more than " + MOST_ENTRIES + " things, as no kernel does");
        }
    }

    private UserError wrong(String what) {
        return UserError.input(
                file
                        + " is no symbol file that can be read: "
                        + place(in.currentTokenLocation())
                        + in.getParsingContext().pathAsPointer()
                        + ": "
                        + what);
    }

    private void metadata(String name) throws IOException {
        if (name.equals("format")) {
            String format = text();
            // 4 was the first whose base types say their own sizes.
            if (!format.matches("[456]\\.[0-9]+\\.[0-9]+")) {
                throw wrong("format " + format + " is not one that tablewalk reads, 4 to 6");
            }
        } else {
            in.skipChildren();
        }
    }

    private void baseType(String name) throws IOException {
        count();
        object(
                key -> {
                    switch (key) {
                        case "size" -> baseSizes.putIfAbsent(name, number(MOST_BYTES));
                        case "endian" -> {
                            if (!text().equals("little")) {
                                throw wrong("the file is of a big-endian kernel");
                            }
                        }
                        default -> in.skipChildren();
                    }
                });
        if (name.equals("pointer") && baseSizes.getOrDefault(name, 8) != 8) {
            throw wrong("the file is of a kernel whose pointers do not have 8 bytes");
        }
    }

    private void userType(String name) throws IOException {
        count();
        int[] size = {0};
        List<Isf.Member> members = new ArrayList<>();
        object(
                key -> {
                    switch (key) {
                        case "size" -> size[0] = number(MOST_BYTES);
                        case "fields" -> object(field -> members.add(member(field)));
                        default -> in.skipChildren();
                    }
                });
        structs.putIfAbsent(name, new Isf.Struct(size[0], List.copyOf(members)));
    }

    private Isf.Member member(String name) throws IOException {
        count();
        int[] offset = {-1};
        boolean[] anonymous = {false};
        IsfType[] type = {IsfType.VOID};
        object(
                key -> {
                    switch (key) {
                        case "offset" -> offset[0] = number(MOST_BYTES);
                        case "anonymous" -> anonymous[0] = in.getBooleanValue();
                        case "type" -> type[0] = type(0);
                        default -> in.skipChildren();
                    }
                });
        if (offset[0] < 0) {
            throw wrong("it has no offset");
        }
        // dwarf2json marked them by their names alone at first.
        boolean unnamed = anonymous[0] || name.startsWith("unnamed_field_");
        return new Isf.Member(name, offset[0], unnamed, type[0]);
    }

    /** One object for all that are equal: a kernel's file says the same few things very often. */
    private IsfType type(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw wrong("the type nests too deep");
        }
        Map<String, String> words = new HashMap<>();
        Map<String, Integer> numbers = new HashMap<>();
        IsfType[] inner = {IsfType.VOID};
        object(
                key -> {
                    switch (key) {
                        case "kind", "name" -> words.put(key, text());
                        case "count" -> numbers.put(key, number(Integer.MAX_VALUE));
                        case "bit_position", "bit_length" -> numbers.put(key, number(MOST_BITS));
                        case "subtype", "type" -> inner[0] = type(depth + 1);
                        default -> in.skipChildren();
                    }
                });
        String kind = words.getOrDefault("kind", "");
        String name = words.getOrDefault("name", "");
        IsfType type =
                switch (kind) {
                    case "base" -> new IsfType.Base(name);
                    case "pointer" -> new IsfType.Pointer(inner[0]);
                    case "array" -> new IsfType.Array(numbers.getOrDefault("count", 0), inner[0]);
                    case "struct", "union", "class" -> new IsfType.Aggregate(kind, name);
                    case "enum" -> new IsfType.Enumeration(name);
                    case "function" -> new IsfType.Function();
                    case "bitfield" ->
                            new IsfType.BitField(
                                    numbers.getOrDefault("bit_position", 0),
                                    numbers.getOrDefault("bit_length", 0),
                                    inner[0]);
                    default -> throw wrong("'" + kind + "' is no kind of type");
                };
        IsfType known = types.putIfAbsent(type, type);
        return known == null ? type : known;
    }

    private void enumeration(String name) throws IOException {
        count();
        object(
                key -> {
                    switch (key) {
                        case "size" -> enumSizes.putIfAbsent(name, number(MOST_BYTES));
                        case "constants" ->
                                object(
                                        constant -> {
                                            count();
                                            enumerators.putIfAbsent(constant, word());
                                        });
                        default -> in.skipChildren();
                    }
                });
    }

    private void symbol(String name) throws IOException {
        count();
        object(
                key -> {
                    switch (key) {
                        case "address" -> addresses.putIfAbsent(name, word());
                        case "constant_data" -> {
                            if (name.equals("linux_banner")) {
                                banner = decode(text());
                            }
                        }
                        default -> in.skipChildren();
                    }
                });
    }

    private String decode(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw wrong("it is no base64");
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private String text() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("a text should stand here");
        }
        return in.getText();
    }

    private int number(int most) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrong("a whole number should stand here");
        }
        long n = in.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : in.getLongValue();
        if (n < 0 || n > most) {
            throw wrong(in.getText() + " is not between 0 and " + most);
        }
        return (int) n;
    }

    /** A number of 64 bits, signed or not. */
    private long word() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrong("a whole number should stand here");
        }
        BigInteger n = in.getBigIntegerValue();
        if (n.bitLength() > (n.signum() < 0 ? 63 : 64)) {
            throw wrong("the number has more than 64 bits");
        }
        return n.longValue();
    }
}
