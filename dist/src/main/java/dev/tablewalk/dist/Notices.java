package dev.tablewalk.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Lays out what the licences of the parts ask for: the notices of each jar, or the text of its
 * licence with whose it is; a list of all parts; and the bill of materials (CycloneDX).
 */
public final class Notices {
    /**
     * Licences that what is under GPL-3.0 may be made of, by their SPDX identifiers, and the first
     * of them that a part offers is taken. Those of GPL-2.0 alone are not, but for the Classpath
     * exception.
     *
     * @see <a href="https://www.gnu.org/licenses/license-list.html">GNU's list of licences</a>
     */
    static final List<String> FIT =
            List.of(
                    "Apache-2.0",
                    "MIT",
                    "MIT-0",
                    "0BSD",
                    "BSD-2-Clause",
                    "BSD-3-Clause",
                    "MPL-2.0",
                    "LGPL-2.1-or-later",
                    "GPL-3.0-or-later",
                    "GPL-3.0-only",
                    "GPL-2.0-with-classpath-exception");

    private static final Pattern NOTICE =
            Pattern.compile(
                    "(?i)(META-INF/)?[^/]*(licen[cs]e|notice|copying|copyright)[^/]*"
                            + "|META-INF/licen[cs]es?/.*[^/]");

    /** Licences that are to be given on with whose the part is. */
    private static final Pattern OF_SOMEBODY = Pattern.compile("MIT|BSD");

    private static final Pattern OWN =
            Pattern.compile("(cli|cypher|fleet|ingest|graph-model)-[0-9].*");
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;
    private final Properties copyrights = new Properties();
    private final Map<String, String> parts = new TreeMap<>();

    private Notices(Path folder) throws IOException {
        this.folder = folder;
        try (InputStream in = resource("copyrights.properties")) {
            copyrights.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
    }

    /**
     * Runs as a step of the build.
     *
     * @param args the bill of materials as Maven's plugin writes it, the folder of jars, the jar of
     *     DuckDB's driver, its version, the version of the Java runtime, and the folder that gets
     *     all; it fails if a part has a licence that does not fit, or none
     */
    public static void main(String[] args) throws IOException {
        ObjectNode bill = (ObjectNode) JSON.readTree(Path.of(args[0]).toFile());
        Path folder = Files.createDirectories(Path.of(args[5]));
        Notices notices = new Notices(Files.createDirectories(folder.resolve("third-party")));
        ArrayNode components = bill.withArray("components");
        components.add(component("org.duckdb", "duckdb_jdbc", args[3], "MIT"));
        List<Path> jars = jars(Path.of(args[1]));
        List<Path> left = new ArrayList<>(jars);
        for (JsonNode each : components) {
            if (!each.path("group").asText().equals("dev.tablewalk")) {
                boolean isDuckDb = each.path("name").asText().equals("duckdb_jdbc");
                Path jar = isDuckDb ? Path.of(args[2]) : jar(each, jars);
                left.remove(jar);
                notices.add(each, jar);
            }
        }
        if (!left.isEmpty()) {
            throw new IOException("the bill of materials lacks " + left);
        }
        components.add(
                component("org.openjdk", "openjdk", args[4], "GPL-2.0-with-classpath-exception"));
        notices.parts.put(
                "openjdk " + args[4],
                "GPL-2.0-with-classpath-exception, lib/tablewalk/runtime/legal");
        Files.writeString(folder.resolve("third-party.txt"), notices.list());
        JSON.writeValue(folder.resolve("tablewalk.cdx.json").toFile(), bill);
    }

    private static ObjectNode component(String group, String name, String version, String licence) {
        ObjectNode component =
                JSON.createObjectNode()
                        .put("type", "library")
                        .put("group", group)
                        .put("name", name)
                        .put("version", version);
        component.withArray("licenses").addObject().putObject("license").put("id", licence);
        return component;
    }

    private static List<Path> jars(Path folder) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : all) {
                if (!OWN.matcher(jar.getFileName().toString()).matches()) {
                    jars.add(jar);
                }
            }
        }
        return jars;
    }

    private static Path jar(JsonNode component, List<Path> jars) throws IOException {
        String name = component.path("name").asText() + "-" + component.path("version").asText();
        String url = component.path("purl").asText();
        int classifier = url.indexOf("classifier=");
        String file =
                classifier < 0
                        ? name + ".jar"
                        : name
                                + "-"
                                + url.substring(classifier + "classifier=".length())
                                        .replaceFirst("&.*", "")
                                + ".jar";
        return jars.stream()
                .filter(jar -> jar.getFileName().toString().equals(file))
                .findFirst()
                .orElseThrow(() -> new IOException("no jar is called " + file));
    }

    private void add(JsonNode component, Path jar) throws IOException {
        String name = component.path("name").asText();
        String version = component.path("version").asText();
        String[] known = copyrights.getProperty(name, "").split(" \\| ", 2);
        String licence = known.length == 2 ? known[0] : taken(component);
        if (licence == null) {
            throw new IOException(name + " is under " + licences(component) + ", which do not fit");
        }
        Path to = Files.createDirectories(folder.resolve(name + "-" + version));
        boolean has = false;
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().filter(Notices::isNotice).toList()) {
                Path file = to.resolve(entry.getName().replace('/', '_'));
                Files.write(file, zip.getInputStream(entry).readAllBytes());
                has |= !entry.getName().toLowerCase(Locale.ROOT).contains("notice");
            }
        }
        if (known.length == 2) {
            Files.writeString(to.resolve("LICENSE"), known[1] + "\n\n" + text(licence));
        } else if (!has) {
            if (OF_SOMEBODY.matcher(licence).lookingAt()) {
                throw new IOException(
                        name + " does not say whose it is: copyrights.properties is to");
            }
            Files.writeString(to.resolve("LICENSE"), text(licence));
        }
        parts.put(name + " " + version, licence);
    }

    private static boolean isNotice(ZipEntry entry) {
        String name = entry.getName();
        return !entry.isDirectory() && !name.endsWith(".class") && NOTICE.matcher(name).matches();
    }

    private static @Nullable String taken(JsonNode component) {
        Set<String> offered = licences(component);
        return FIT.stream().filter(offered::contains).findFirst().orElse(null);
    }

    private static Set<String> licences(JsonNode component) {
        Set<String> licences = new LinkedHashSet<>();
        for (JsonNode choice : component.path("licenses")) {
            JsonNode one = choice.path("license");
            licences.add(one.path("id").asText(one.path("name").asText()));
            // As "(A OR B)": either can be taken.
            licences.addAll(
                    Arrays.asList(
                            choice.path("expression")
                                    .asText()
                                    .replaceAll("[()]", "")
                                    .split(" OR ")));
        }
        licences.remove("");
        return licences;
    }

    private static String text(String licence) throws IOException {
        if (licence.startsWith("GPL-3.0")) {
            return "Its licence is the one of tablewalk, in the file LICENSE above.\n";
        }
        try (InputStream in = resource("licences/" + licence + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(Notices.class.getResourceAsStream(name), name);
    }

    private String list() {
        StringBuilder list =
                new StringBuilder(
                        "What tablewalk is made of, and under which licence each part is.\n\n");
        parts.forEach(
                (part, licence) -> list.append(part).append(": ").append(licence).append('\n'));
        return list.toString();
    }
}
