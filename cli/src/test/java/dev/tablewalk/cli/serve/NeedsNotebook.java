package dev.tablewalk.cli.serve;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, with the reason, where Python cannot run a notebook with pandas. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(NeedsNotebook.Condition.class)
@interface NeedsNotebook {
    /** The one that Debian's packages are for. */
    String PYTHON = "/usr/bin/python3";

    /** Looks for what Debian's packages have. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return isThere()
                    ? ConditionEvaluationResult.enabled("notebooks run")
                    : ConditionEvaluationResult.disabled(
                            "no notebooks: install python3-venv, python3-ipykernel,"
                                    + " python3-nbconvert and python3-pandas");
        }

        private static boolean isThere() {
            try {
                return new ProcessBuilder(
                                        PYTHON,
                                        "-c",
                                        "import ensurepip, ipykernel, nbconvert, pandas")
                                .redirectErrorStream(true)
                                .redirectOutput(Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
