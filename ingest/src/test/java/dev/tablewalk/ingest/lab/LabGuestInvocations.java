package dev.tablewalk.ingest.lab;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes the runs of a {@link LabGuestTest}. */
final class LabGuestInvocations implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), LabGuestTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        String[] named =
                AnnotationSupport.findAnnotation(method, LabGuestTest.class).orElseThrow().value();
        List<String> names = named.length > 0 ? LabGuests.named(List.of(named)) : LabGuests.names();
        boolean eachCheckpoint = Arrays.asList(method.getParameterTypes()).contains(int.class);
        int runs = eachCheckpoint ? LabGuest.CHECKPOINTS : 1;
        return names.stream()
                .flatMap(
                        name ->
                                IntStream.rangeClosed(1, runs)
                                        .mapToObj(n -> new Invocation(name, n, eachCheckpoint)));
    }

    private record Invocation(String name, int checkpoint, boolean eachCheckpoint)
            implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return eachCheckpoint ? name + ", checkpoint " + checkpoint : name;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Arguments(name, checkpoint));
        }
    }

    /**
     * Skips before the test's own set-up. A parameter resolver could not: JUnit turns whatever it
     * throws into a failure.
     */
    private record Arguments(String name, int checkpoint)
            implements BeforeEachCallback, ParameterResolver {
        @Override
        public void beforeEach(ExtensionContext context) {
            LabGuests.require(name);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == LabGuest.class || type == int.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == int.class
                    ? checkpoint
                    : LabGuests.require(name);
        }
    }
}
