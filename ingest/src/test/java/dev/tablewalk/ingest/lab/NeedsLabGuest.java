package dev.tablewalk.ingest.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips a test, or each test of a class, with the reason, where the lab cannot give the named
 * guests. Within it {@link LabGuests#require} gives them at once, {@code @BeforeAll} included.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NeedsLabGuest.Condition.class)
public @interface NeedsLabGuest {
    /** The guests, by name. */
    String[] value();

    /** Asks the lab for each of the guests. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            NeedsLabGuest needs =
                    AnnotationSupport.findAnnotation(context.getElement(), NeedsLabGuest.class)
                            .orElse(null);
            if (needs != null) {
                for (String name : needs.value()) {
                    if (LabGuests.ask(name) instanceof LabScript.Answer.Absent(String reason)) {
                        return ConditionEvaluationResult.disabled(
                                "lab guest " + name + ": " + reason);
                    }
                }
            }
            return ConditionEvaluationResult.enabled("the lab gives what is needed");
        }
    }
}
