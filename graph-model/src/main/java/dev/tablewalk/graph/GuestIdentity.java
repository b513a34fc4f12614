package dev.tablewalk.graph;

import java.time.Duration;
import java.util.Optional;

/**
 * Whose RAM it is, of which of its boots, and when it was taken. Each with where that is known
 * from; what is not known is empty, and no property.
 *
 * @param guest a name of the guest: moments of one guest have the same
 * @param guestFrom {@code given}, {@code dmi} (product uuid), {@code nodename} or {@code boot_id}
 * @param capturedAt milliseconds since 1970, UTC; 0 if not known
 * @param capturedFrom {@code timekeeper} (the guest's own clock) or {@code image} (when its file
 *     was written last)
 * @param bootId as a UUID is written: moments of one boot have the same
 * @param bootFrom {@code first_tasks} (made of what no two boots have alike), or {@code
 *     random_boot_id} where that cannot be read
 * @param randomBootId {@code /proc/sys/kernel/random/boot_id}, which a kernel makes up when it is
 *     first asked
 */
public record GuestIdentity(
        String guest,
        String guestFrom,
        long capturedAt,
        String capturedFrom,
        String bootId,
        String bootFrom,
        String randomBootId) {
    /** Nothing is known. */
    public static final GuestIdentity UNKNOWN = new GuestIdentity("", "", 0, "", "", "", "");

    void describe(PropertySink to) {
        if (!guest.isEmpty()) {
            to.put("guest", guest);
            to.put("guest_from", guestFrom);
        }
        if (capturedAt != 0) {
            to.put("captured_at", capturedAt);
            to.put("captured_from", capturedFrom);
        }
        if (!bootId.isEmpty()) {
            to.put("boot_id", bootId);
            to.put("boot_from", bootFrom);
        }
        if (!randomBootId.isEmpty()) {
            to.put("random_boot_id", randomBootId);
        }
    }

    /** How much later the other was taken; empty if that is not known of both. */
    public Optional<Duration> until(GuestIdentity later) {
        return capturedAt == 0 || later.capturedAt == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(later.capturedAt - capturedAt));
    }
}
