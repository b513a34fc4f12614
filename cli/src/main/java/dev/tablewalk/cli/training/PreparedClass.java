package dev.tablewalk.cli.training;

import static java.lang.classfile.ClassFile.JAVA_6_VERSION;
import static java.lang.classfile.ClassFile.JAVA_8_VERSION;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Serializable;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/**
 * Makes classes such as the JVM's cache can hold, with the same behaviour. JDK 25 leaves out
 *
 * <ul>
 *   <li>classes older than Java 6's, which its newer verifier cannot check: picocli's and ASM's are
 *       given the stack maps that it takes;
 *   <li>lambdas made by {@link LambdaMetafactory#altMetafactory}: each then becomes a class at each
 *       start. Scala makes all of its so, to be serializable, which nothing here asks of them.
 *       Those that need nothing else of it are made by {@link LambdaMetafactory#metafactory}.
 * </ul>
 */
final class PreparedClass {
    private static final String ALTERNATIVE = "altMetafactory";

    private static final MethodHandleDesc METAFACTORY =
            ConstantDescs.ofCallsiteBootstrap(
                    ClassDesc.of(LambdaMetafactory.class.getName()),
                    "metafactory",
                    ConstantDescs.CD_CallSite,
                    ConstantDescs.CD_MethodType,
                    ConstantDescs.CD_MethodHandle,
                    ConstantDescs.CD_MethodType);

    private static final ClassDesc SERIALIZABLE = ClassDesc.of(Serializable.class.getName());

    private final ClassLoader all;
    private final ClassHierarchyResolverOption hierarchy;

    /**
     * @param all knows the classes that those to be prepared refer to
     */
    PreparedClass(ClassLoader all) {
        this.all = all;
        this.hierarchy =
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(all));
    }

    /** What to put in a class's place; empty if the cache can hold it as it is. */
    Optional<byte[]> prepare(byte[] bytes) {
        int version = (bytes[6] & 0xff) << 8 | (bytes[7] & 0xff);
        if (version < JAVA_6_VERSION) {
            return Optional.of(withStackMaps(bytes));
        }
        // To look at all classes' code would take minutes.
        return new String(bytes, ISO_8859_1).contains(ALTERNATIVE)
                ? Optional.of(plainLambdas(bytes))
                : Optional.empty();
    }

    private byte[] withStackMaps(byte[] bytes) {
        ClassFile file = ClassFile.of(hierarchy, StackMapsOption.GENERATE_STACK_MAPS);
        return file.transformClass(
                file.parse(bytes),
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                        .andThen(
                                (to, element) ->
                                        to.with(
                                                element instanceof ClassFileVersion
                                                        ? ClassFileVersion.of(JAVA_8_VERSION, 0)
                                                        : element)));
    }

    private byte[] plainLambdas(byte[] bytes) {
        ClassFile file = ClassFile.of(hierarchy);
        return file.transformClass(
                file.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        method -> !casts(method), this::plainLambda));
    }

    /** Whether a lambda may be made only to be serializable: Java's compiler then casts it so. */
    private static boolean casts(MethodModel method) {
        return method.code().stream()
                .flatMap(CodeModel::elementStream)
                .anyMatch(
                        element ->
                                element instanceof TypeCheckInstruction check
                                        && check.type().asSymbol().equals(SERIALIZABLE));
    }

    private void plainLambda(CodeBuilder to, CodeElement element) {
        if (element instanceof InvokeDynamicInstruction lambda && isPlain(lambda)) {
            ConstantDesc[] arguments =
                    lambda.bootstrapArgs().subList(0, 3).toArray(ConstantDesc[]::new);
            to.invokedynamic(
                    DynamicCallSiteDesc.of(
                            (DirectMethodHandleDesc) METAFACTORY,
                            lambda.name().stringValue(),
                            lambda.typeSymbol(),
                            arguments));
        } else {
            to.with(element);
        }
    }

    /** Whether the plain factory makes the same lambda, except that it is not serializable. */
    private boolean isPlain(InvokeDynamicInstruction lambda) {
        DirectMethodHandleDesc factory = lambda.bootstrapMethod();
        if (!factory.owner().equals(ClassDesc.of(LambdaMetafactory.class.getName()))
                || !factory.methodName().equals(ALTERNATIVE)) {
            return false;
        }
        Iterator<ConstantDesc> rest = lambda.bootstrapArgs().listIterator(3);
        int flags = (Integer) rest.next();
        if ((flags & LambdaMetafactory.FLAG_MARKERS) != 0) {
            for (int left = (Integer) rest.next(); left > 0; left--) {
                if (!rest.next().equals(SERIALIZABLE)) {
                    return false;
                }
            }
        }
        if ((flags & LambdaMetafactory.FLAG_BRIDGES) != 0) {
            for (int left = (Integer) rest.next(); left > 0; left--) {
                if (isMethod(lambda, (MethodTypeDesc) rest.next())) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Whether the lambda's interface has an abstract method of that type besides the one that the
     * lambda is for. Where none has it, nobody can call it.
     */
    private boolean isMethod(InvokeDynamicInstruction lambda, MethodTypeDesc bridge) {
        if (bridge.equals(lambda.bootstrapArgs().getFirst())) {
            return false;
        }
        ClassDesc type = lambda.typeSymbol().returnType();
        try {
            return Arrays.stream(
                            Class.forName(type.packageName() + "." + type.displayName(), false, all)
                                    .getMethods())
                    .filter(method -> Modifier.isAbstract(method.getModifiers()))
                    .filter(method -> method.getName().equals(lambda.name().stringValue()))
                    .anyMatch(method -> descriptor(method).equals(bridge.descriptorString()));
        } catch (ClassNotFoundException | LinkageError e) {
            return true; // Nobody knows.
        }
    }

    private static String descriptor(Method method) {
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .descriptorString();
    }
}
