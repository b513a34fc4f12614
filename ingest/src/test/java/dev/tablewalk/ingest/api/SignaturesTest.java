package dev.tablewalk.ingest.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What programs were compiled against stays. A change of {@code signatures.txt} that takes a line
 * away breaks them, and is for a new major version; with {@code -Dtablewalk.writeDocs=true} this
 * writes the file anew.
 */
class SignaturesTest {
    private static final Path FILE =
            Path.of("src", "test", "resources", "dev", "tablewalk", "ingest", "api")
                    .resolve("signatures.txt");

    @Test
    void areAsTheyWere() throws IOException, URISyntaxException {
        List<String> are = new ArrayList<>();
        for (Class<?> type : types()) {
            are.addAll(signatures(type));
        }
        if (Boolean.getBoolean("tablewalk.writeDocs")) {
            Files.write(FILE, are);
        }
        assertEquals(String.join("\n", Files.readAllLines(FILE)), String.join("\n", are));
    }

    /** One who uses the package needs nothing that may change. */
    @Test
    void speakOfNothingElse() throws IOException, URISyntaxException {
        List<Class<?>> types = types();
        for (Class<?> type : types) {
            for (Executable each : executables(type)) {
                Stream.concat(
                                Stream.of(each.getParameterTypes()),
                                each instanceof Method method
                                        ? Stream.of(method.getReturnType())
                                        : Stream.of())
                        .map(of -> of.isArray() ? of.componentType() : of)
                        .forEach(
                                of ->
                                        assertTrue(
                                                of.isPrimitive()
                                                        || of.getName().startsWith("java.")
                                                        || types.contains(of),
                                                of + " of " + each));
            }
        }
    }

    /** Those of the package that others see, and the two that it has from the graph. */
    private static List<Class<?>> types() throws IOException, URISyntaxException {
        List<Class<?>> types =
                new ArrayList<>(List.of(Progress.class, UserError.class, UserError.Kind.class));
        Path classes =
                Path.of(Guest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .resolve("dev/tablewalk/ingest/api");
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = type(Guest.class.getPackageName() + "." + name);
                if (Modifier.isPublic(type.getModifiers())) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Executable> executables(Class<?> type) {
        List<Executable> all = new ArrayList<>();
        for (Constructor<?> each : type.getConstructors()) {
            all.add(each);
        }
        for (Method each : type.getDeclaredMethods()) {
            if (Modifier.isPublic(each.getModifiers()) && !each.isSynthetic()) {
                all.add(each);
            }
        }
        return all;
    }

    /** One line each: the type, then what it has, sorted. */
    private static List<String> signatures(Class<?> type) {
        List<String> lines = new ArrayList<>();
        for (Field each : type.getFields()) {
            lines.add("    " + each.toGenericString());
        }
        for (Executable each : executables(type)) {
            lines.add("    " + each.toGenericString());
        }
        lines.sort(Comparator.naturalOrder());
        lines.addFirst(type.toGenericString());
        return lines;
    }
}
