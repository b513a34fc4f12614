package dev.tablewalk.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.classfile.ClassFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PreparedClassTest {
    private final PreparedClass classes = new PreparedClass(getClass().getClassLoader());

    private static byte[] bytes(Class<?> type) throws IOException {
        String name = type.getName();
        String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            assertNotNull(in, file);
            return in.readAllBytes();
        }
    }

    /** Loads a class and those in it as they are prepared, and all others as they are. */
    private Class<?> prepared(Class<?> type) throws ClassNotFoundException {
        ClassLoader loader =
                new ClassLoader(type.getClassLoader()) {
                    @Override
                    protected Class<?> loadClass(String name, boolean resolve)
                            throws ClassNotFoundException {
                        if (!name.equals(type.getName())
                                && !name.startsWith(type.getName() + "$")) {
                            return super.loadClass(name, resolve);
                        }
                        Class<?> loaded = findLoadedClass(name);
                        if (loaded != null) {
                            return loaded;
                        }
                        try {
                            byte[] bytes = bytes(super.loadClass(name, false));
                            byte[] prepared = classes.prepare(bytes).orElse(bytes);
                            return defineClass(name, prepared, 0, prepared.length);
                        } catch (IOException e) {
                            throw new ClassNotFoundException(name, e);
                        }
                    }
                };
        return Class.forName(type.getName(), true, loader);
    }

    /** Its lambdas can be serialized because it can. */
    public interface Count extends Supplier<Integer>, Serializable {}

    /** A lambda that is marked needs the alternative factory. */
    public interface Marked {}

    /** Has two abstract methods of one name: a lambda needs a bridge. */
    public interface Text extends Function<String, String> {
        @Override
        String apply(String text);
    }

    /** What is prepared. */
    public static final class Lambdas implements Supplier<List<Object>> {
        @Override
        public List<Object> get() {
            int captured = 42;
            Count plain = () -> captured;
            Supplier<Integer> marked = (Supplier<Integer> & Marked) () -> captured;
            Text bridged = text -> text + captured;
            return List.of(plain, marked, bridged, cast());
        }

        private static Object cast() {
            return (Supplier<Integer> & Serializable) () -> 43;
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void lambdasDoTheSame() throws ReflectiveOperationException {
        Class<?> prepared = prepared(Lambdas.class);
        List<Object> lambdas =
                ((Supplier<List<Object>>) prepared.getDeclaredConstructor().newInstance()).get();
        Object plain = lambdas.get(0);
        assertEquals(42, ((Supplier<Integer>) plain).get());
        assertThrows(
                NoSuchMethodException.class,
                () -> plain.getClass().getDeclaredMethod("writeReplace"),
                "made by the plain factory");
        assertEquals(42, ((Supplier<Integer>) lambdas.get(1)).get());
        assertInstanceOf(Marked.class, lambdas.get(1));
        assertEquals("it is 42", ((Function<String, String>) lambdas.get(2)).apply("it is "));
        assertEquals(43, ((Supplier<Integer>) lambdas.get(3)).get());
        assertInstanceOf(Serializable.class, lambdas.get(3));
    }

    @Test
    void anOldClassGetsAVersionThatTheCacheHolds()
            throws IOException, ReflectiveOperationException {
        byte[] old = bytes(CommandLine.class);
        assertEquals(ClassFile.JAVA_5_VERSION, ClassFile.of().parse(old).majorVersion());
        byte[] prepared = classes.prepare(old).orElseThrow();
        assertEquals(ClassFile.JAVA_8_VERSION, ClassFile.of().parse(prepared).majorVersion());
        // Verified, as initializing asks.
        assertEquals(
                CommandLine.VERSION, prepared(CommandLine.class).getField("VERSION").get(null));
    }

    @Test
    void anyOtherClassStaysAsItIs() throws IOException {
        assertEquals(Optional.empty(), classes.prepare(bytes(PreparedJars.class)));
    }
}
