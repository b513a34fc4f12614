package dev.tablewalk.cypher.procedure;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;
import org.neo4j.procedure.UserFunction;

/**
 * How a function or a procedure of this package is called, and what it gives.
 *
 * @param call such as {@code tw.hex(number)} or {@code CALL tw.walk(pid, va) YIELD step, level}
 * @param meaning in words
 */
public record Signature(String call, String meaning) {
    /** Of all functions. */
    public static List<Signature> functions() {
        return annotated(Functions.class, UserFunction.class)
                .map(
                        method ->
                                of(
                                        method.getAnnotation(UserFunction.class).value()
                                                + parameters(method),
                                        method))
                .toList();
    }

    /** Of all procedures. */
    public static List<Signature> procedures() {
        return Procedures.PROCEDURES.stream()
                .flatMap(procedures -> annotated(procedures, Procedure.class))
                .map(
                        method ->
                                of(
                                        "CALL "
                                                + method.getAnnotation(Procedure.class).name()
                                                + parameters(method)
                                                + " YIELD "
                                                + columns(method),
                                        method))
                .toList();
    }

    private static Signature of(String call, Method method) {
        return new Signature(call, method.getAnnotation(Description.class).value());
    }

    private static Stream<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(annotation))
                .sorted(Comparator.comparing(Method::getName));
    }

    private static String parameters(Method method) {
        return Arrays.stream(method.getParameters())
                .map(parameter -> parameter.getAnnotation(Name.class).value())
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** In the order of their declaration, which javac and the JVM keep. */
    private static String columns(Method method) {
        ParameterizedType rows = (ParameterizedType) method.getGenericReturnType();
        Class<?> row = (Class<?>) rows.getActualTypeArguments()[0];
        return Arrays.stream(row.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()))
                .map(Field::getName)
                .collect(Collectors.joining(", "));
    }
}
