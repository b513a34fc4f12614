package dev.tablewalk.cli.isf;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What Volatility 3 asks of a Linux kernel's symbol file: the schema that it checks the file with,
 * and what its reader takes for granted ({@code volatility3/framework/symbols/intermed.py}, {@code
 * volatility3/framework/automagic/linux.py}).
 */
final class VolatilityRules {
    /** The reader's format: it takes a file of the same major number and no higher minor one. */
    private static final int MAJOR = 6;

    private static final int MINOR = 2;

    private static final Set<String> AGGREGATES = Set.of("struct", "union", "class");

    private final JsonNode file;
    private final List<String> broken = new ArrayList<>();

    private VolatilityRules(JsonNode file) {
        this.file = file;
    }

    /** Breaches of the schema. */
    static List<Error> schemaErrors(JsonNode file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(VolatilityRules.class.getResourceAsStream("isf-6.2.json"))) {
            Schema schema =
                    SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(in);
            return schema.validate(file);
        }
    }

    /** What its reader would stumble on; empty for a file that it reads whole. */
    static List<String> broken(JsonNode file) {
        VolatilityRules rules = new VolatilityRules(file);
        rules.format();
        for (Map.Entry<String, JsonNode> type : file.get("user_types").properties()) {
            for (Map.Entry<String, JsonNode> field : type.getValue().get("fields").properties()) {
                rules.field(type.getKey() + "." + field.getKey(), field.getValue());
            }
        }
        for (Map.Entry<String, JsonNode> one : file.get("enums").properties()) {
            // Its value is read by its base; of void there is none.
            JsonNode base = file.get("base_types").path(one.getValue().get("base").asText());
            rules.require(
                    base.path("size").asInt() == one.getValue().get("size").asInt()
                            && !base.path("kind").asText().equals("void"),
                    one.getKey() + " is of no base type");
        }
        for (Map.Entry<String, JsonNode> symbol : file.get("symbols").properties()) {
            rules.require(
                    symbol.getValue().get("address").isIntegralNumber()
                            && symbol.getValue().get("address").bigIntegerValue().signum() >= 0,
                    symbol.getKey() + " has no address");
            rules.require(symbol.getKey().indexOf('!') < 0, symbol.getKey() + " names a table");
            rules.type(symbol.getKey(), symbol.getValue().get("type"), true);
        }
        rules.linux();
        return rules.broken;
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            broken.add(otherwise);
        }
    }

    private void format() {
        String[] version = file.at("/metadata/format").asText().split("\\.", -1);
        require(
                version.length == 3
                        && Integer.parseInt(version[0]) == MAJOR
                        && Integer.parseInt(version[1]) <= MINOR,
                "no reader for the format");
        // A table of native types is made of base_types alone.
        JsonNode pointer = file.at("/base_types/pointer");
        require(pointer.at("/size").asInt() == 8, "pointers have no size");
        require(file.at("/base_types/void").isObject(), "void is not known");
    }

    private void field(String where, JsonNode field) {
        boolean anonymous = field.path("anonymous").asBoolean();
        // The members of an anonymous one are taken for the outer's, and must be there.
        require(
                !anonymous || file.get("user_types").has(field.get("type").path("name").asText()),
                where + " is anonymous, and leads nowhere");
        type(where, field.get("type"), false);
    }

    /**
     * @param pointed whether the type need not be described
     */
    private void type(String where, JsonNode type, boolean pointed) {
        String kind = type.get("kind").asText();
        String name = type.path("name").asText();
        if (kind.equals("base")) {
            require(
                    file.get("base_types").has(name),
                    where + " is of an unknown base type " + name);
        } else if (kind.equals("enum")) {
            require(file.get("enums").has(name), where + " is of an unknown enum " + name);
        } else if (AGGREGATES.contains(kind)) {
            require(
                    pointed || file.get("user_types").has(name),
                    where + " is of an unknown struct " + name);
        } else if (kind.equals("pointer")) {
            type(where, type.get("subtype"), true);
        } else if (kind.equals("array")) {
            type(where, type.get("subtype"), pointed);
        } else if (kind.equals("bitfield")) {
            type(where, type.get("type"), pointed);
        }
    }

    /** By these a kernel is known, its shifts found and its page tables begun with. */
    private void linux() {
        String data = file.at("/symbols/linux_banner/constant_data").asText();
        String banner = new String(Base64.getDecoder().decode(data), StandardCharsets.ISO_8859_1);
        require(
                banner.startsWith("Linux version ") && banner.endsWith("\n\0"),
                "no banner: " + banner);
        for (String symbol : List.of("linux_banner", "init_task", "init_files", "swapper_pg_dir")) {
            require(file.get("symbols").has(symbol), "no " + symbol);
        }
        require(
                file.at("/symbols/init_task/type/name").asText().equals("task_struct"),
                "init_task is of no type");
        for (String member : List.of("comm", "pid", "files", "tasks", "mm")) {
            require(
                    file.at("/user_types/task_struct/fields/" + member).isObject(),
                    "task_struct has no " + member);
        }
    }
}
