package dev.tablewalk.ingest.isf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.btf.BtfType;
import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes a symbol file as it goes; the same kernel gives the same bytes. */
public final class IsfWriter {
    private static final String FORMAT = "6.2.0";
    private static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");

    private final Btf btf;
    private final BtfNames names;
    private final JsonGenerator out;

    private IsfWriter(Btf btf, JsonGenerator out) {
        this.btf = btf;
        this.names = new BtfNames(btf);
        this.out = out;
    }

    /**
     * Writes a whole file; what it writes to stays open.
     *
     * @param symbols by name; of those whose type is {@link IsfType#VOID}, the BTF may know it
     * @param toolVersion of the program that writes
     */
    public static void write(
            Btf btf, SortedMap<String, IsfSymbol> symbols, String toolVersion, Writer to)
            throws IOException {
        try (JsonGenerator out = new JsonFactory().createGenerator(to)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            new IsfWriter(btf, out).document(symbols, toolVersion);
        }
    }

    private void document(SortedMap<String, IsfSymbol> symbols, String toolVersion)
            throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("metadata");
        metadata(toolVersion);
        out.writeEndObject();
        out.writeObjectFieldStart("base_types");
        baseTypes();
        out.writeEndObject();
        out.writeObjectFieldStart("user_types");
        for (Map.Entry<Integer, String> named : names.aggregates().entrySet()) {
            if (btf.type(named.getKey()) instanceof BtfType.Aggregate aggregate) {
                userType(named.getValue(), aggregate);
            }
        }
        out.writeEndObject();
        out.writeObjectFieldStart("enums");
        for (Map.Entry<Integer, String> named : names.enums().entrySet()) {
            if (btf.type(named.getKey()) instanceof BtfType.Enumeration enumeration) {
                enumeration(named.getValue(), enumeration);
            }
        }
        out.writeEndObject();
        out.writeObjectFieldStart("symbols");
        Map<String, Integer> variables = variables();
        for (Map.Entry<String, IsfSymbol> symbol : symbols.entrySet()) {
            // C and Rust have no such names, and a reader takes what is before it for a table's.
            if (symbol.getKey().indexOf('!') < 0) {
                symbol(symbol.getKey(), symbol.getValue(), variables);
            }
        }
        out.writeEndObject();
        out.writeEndObject();
        out.writeRaw('\n');
    }

    private void metadata(String toolVersion) throws IOException {
        out.writeObjectFieldStart("linux");
        out.writeArrayFieldStart("symbols");
        out.writeStartObject();
        out.writeStringField("name", "kallsyms");
        out.writeEndObject();
        out.writeEndArray();
        // The schema's kinds are the sources of dwarf2json; these have none of them.
        out.writeArrayFieldStart("types");
        out.writeStartObject();
        out.writeStringField("name", "BTF");
        out.writeStringField("hash_type", "sha256");
        out.writeStringField("hash_value", sha256());
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        out.writeObjectFieldStart("producer");
        out.writeStringField("name", "tablewalk");
        Matcher version = VERSION.matcher(toolVersion);
        out.writeStringField("version", version.find() ? version.group() : "0.0.0");
        out.writeEndObject();
        out.writeStringField("format", FORMAT);
    }

    private String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(btf.bytes());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void baseTypes() throws IOException {
        baseType("void", 0, false, "void");
        baseType("pointer", 8, false, "int");
        for (Map.Entry<String, BtfType> type : names.baseTypes().entrySet()) {
            switch (type.getValue()) {
                case BtfType.Int i -> baseType(type.getKey(), i.size(), i.signed(), kind(i));
                case BtfType.FloatingPoint f -> baseType(type.getKey(), f.size(), true, "float");
                default -> throw new IllegalStateException(type.toString());
            }
        }
    }

    /** What C calls a character BTF does not mark; DWARF does, and readers expect it. */
    private static String kind(BtfType.Int type) {
        if (type.bool()) {
            return "bool";
        }
        boolean named =
                type.name().equals("char")
                        || type.name().equals("signed char")
                        || type.name().equals("unsigned char");
        return type.character() || (named && type.size() == 1) ? "char" : "int";
    }

    private void baseType(String name, int size, boolean signed, String kind) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("size", size);
        out.writeBooleanField("signed", signed);
        out.writeStringField("kind", kind);
        out.writeStringField("endian", "little");
        out.writeEndObject();
    }

    private void userType(String name, BtfType.Aggregate type) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("size", type.size());
        out.writeObjectFieldStart("fields");
        Set<String> written = new HashSet<>();
        for (BtfType.Member member : type.members()) {
            field(member, written);
        }
        out.writeEndObject();
        out.writeStringField("kind", BtfNames.kind(type.union()));
        out.writeEndObject();
    }

    private void field(BtfType.Member member, Set<String> written) throws IOException {
        IsfType type = names.reference(member.type());
        int offset = member.bitOffset() >> 3;
        if (member.bitSize() > 0) {
            int unit = 8 * bytes(member.type());
            int start = unit == 0 ? 8 * offset : member.bitOffset() / unit * unit;
            if (member.bitOffset() + member.bitSize() > start + unit) {
                start = 8 * offset; // packed across the bounds of its type
            }
            offset = start >> 3;
            type = new IsfType.BitField(member.bitOffset() - start, member.bitSize(), type);
        }
        String name = member.name();
        boolean anonymous = name.isEmpty();
        if (anonymous) {
            if (!(type instanceof IsfType.Aggregate)) {
                return; // padding
            }
            String wanted = "unnamed_field_" + Integer.toHexString(offset);
            name = wanted;
            for (int n = 2; written.contains(name); n++) {
                name = wanted + "_" + n;
            }
        }
        if (!written.add(name)) {
            return; // of a damaged type
        }
        out.writeObjectFieldStart(name);
        out.writeFieldName("type");
        type(type);
        out.writeNumberField("offset", offset);
        if (anonymous) {
            out.writeBooleanField("anonymous", true);
        }
        out.writeEndObject();
    }

    private int bytes(int id) {
        return switch (btf.type(names.resolve(id))) {
            case BtfType.Int i -> i.size();
            case BtfType.Enumeration e -> e.size();
            default -> 0;
        };
    }

    private void type(IsfType type) throws IOException {
        out.writeStartObject();
        switch (type) {
            case IsfType.Base(String name) -> kind("base", name);
            case IsfType.Pointer(IsfType to) -> {
                out.writeStringField("kind", "pointer");
                out.writeFieldName("subtype");
                type(to);
            }
            case IsfType.Array(int count, IsfType of) -> {
                out.writeStringField("kind", "array");
                out.writeNumberField("count", count);
                out.writeFieldName("subtype");
                type(of);
            }
            case IsfType.Aggregate(String kind, String name) -> kind(kind, name);
            case IsfType.Enumeration(String name) -> kind("enum", name);
            case IsfType.Function() -> out.writeStringField("kind", "function");
            case IsfType.BitField(int position, int length, IsfType of) -> {
                out.writeStringField("kind", "bitfield");
                out.writeNumberField("bit_position", position);
                out.writeNumberField("bit_length", length);
                out.writeFieldName("type");
                boolean allowed = of instanceof IsfType.Base || of instanceof IsfType.Enumeration;
                type(allowed ? of : IsfType.VOID);
            }
        }
        out.writeEndObject();
    }

    private void kind(String kind, String name) throws IOException {
        out.writeStringField("kind", kind);
        out.writeStringField("name", name);
    }

    private void enumeration(String name, BtfType.Enumeration type) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("size", type.size());
        out.writeStringField("base", base(type));
        out.writeObjectFieldStart("constants");
        Set<String> written = new HashSet<>();
        for (BtfType.Enumerator enumerator : type.enumerators()) {
            if (written.add(enumerator.name())) {
                out.writeFieldName(enumerator.name());
                number(enumerator.value(), type.signed());
            }
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    /** An integer that holds the enum's values; of several, the first by name. */
    private String base(BtfType.Enumeration type) {
        // C's integers of one byte, which packed enums are of, are characters.
        for (String kind : List.of("int", "char")) {
            for (String name : new TreeSet<>(names.baseTypes().keySet())) {
                if (names.baseTypes().get(name) instanceof BtfType.Int i
                        && kind(i).equals(kind)
                        && i.size() == type.size()
                        && i.signed() == type.signed()) {
                    return name;
                }
            }
        }
        return "void";
    }

    private void number(long value, boolean signed) throws IOException {
        if (value >= 0 || signed) {
            out.writeNumber(value);
        } else {
            out.writeNumber(new BigInteger(Long.toUnsignedString(value)));
        }
    }

    /** Variables whose types the BTF has. */
    private Map<String, Integer> variables() {
        Map<String, Integer> variables = new HashMap<>();
        for (int id = 1; id < btf.end(); id++) {
            if (btf.type(id) instanceof BtfType.Variable(String name, int type)) {
                variables.putIfAbsent(name, type);
            }
        }
        return variables;
    }

    private void symbol(String name, IsfSymbol symbol, Map<String, Integer> variables)
            throws IOException {
        IsfType type = symbol.type();
        if (type.equals(IsfType.VOID) && variables.containsKey(name)) {
            type = names.reference(Objects.requireNonNull(variables.get(name)));
        }
        out.writeObjectFieldStart(name);
        out.writeFieldName("type");
        type(type);
        out.writeFieldName("address");
        number(symbol.address(), false);
        if (symbol.content().isPresent()) {
            byte[] content = symbol.content().get().getBytes(StandardCharsets.UTF_8);
            out.writeBinaryField("constant_data", content);
        }
        out.writeEndObject();
    }
}
