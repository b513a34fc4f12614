package dev.tablewalk.ingest.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once for each guest of the lab. It takes a {@link LabGuest}, and if it also
 * takes an {@code int}, runs once for each checkpoint of each guest. Where a guest cannot be had,
 * that run is skipped with the reason.
 *
 * <pre>{@code
 * @LabGuestTest
 * void everyTaskIsFound(LabGuest guest, int checkpoint) { … guest.image(checkpoint) … }
 * }</pre>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(LabGuestInvocations.class)
public @interface LabGuestTest {
    /** The guests, by name or by set; {@link LabGuests#names} if none is given. */
    String[] value() default {};
}
