package dev.tablewalk.cli.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, with the reason, where there is no Chromium with its driver. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(NeedsBrowser.Condition.class)
public @interface NeedsBrowser {
    /** Looks where Debian's packages have them. */
    final class Condition implements ExecutionCondition {
        static final Path BROWSER = Path.of("/usr/bin/chromium");
        static final Path DRIVER = Path.of("/usr/bin/chromedriver");

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER)
                    ? ConditionEvaluationResult.enabled("there is a browser")
                    : ConditionEvaluationResult.disabled(
                            "no browser: install chromium and chromium-driver");
        }
    }
}
