package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** What a kernel says of the guest that it runs, and of this boot of it. */
public final class GuestFacts {
    private static final int UUID_BYTES = 16;
    private static final int UUID_CHARS = 36;

    /** How {@code dmi_save_uuid()} prints it, {@code drivers/firmware/dmi_scan.c}. */
    private static final Pattern UUID_TEXT =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private final Kernel kernel;

    public GuestFacts(Kernel kernel) {
        this.kernel = kernel;
    }

    /** {@code uname -n}, or an empty text if it cannot be read. */
    public String nodeName() {
        return UtsName.node(kernel.memory(), kernel.info());
    }

    /**
     * The machine's UUID by its firmware, {@code /sys/class/dmi/id/product_uuid}; empty if it has
     * none: QEMU gives one to machines with {@code -uuid} and firmware that has SMBIOS.
     */
    public Optional<String> productUuid() {
        OptionalLong texts = kernel.symbols().address("dmi_ident");
        OptionalLong index = kernel.types().enumerator("DMI_PRODUCT_UUID");
        if (texts.isEmpty() || index.isEmpty()) {
            return Optional.empty();
        }
        try {
            long text = kernel.memory().pointer(texts.getAsLong() + index.getAsLong() * Long.BYTES);
            return Optional.of(kernel.memory().text(text, UUID_CHARS + 1))
                    .filter(uuid -> UUID_TEXT.matcher(uuid).matches());
        } catch (MemoryFault e) {
            return Optional.empty();
        }
    }

    /**
     * {@code /proc/sys/kernel/random/boot_id}; empty if nobody has asked the kernel for it yet:
     * {@code proc_do_uuid()}, {@code drivers/char/random.c}.
     */
    public Optional<UUID> randomBootId() {
        OptionalLong at = kernel.symbols().address("sysctl_bootid");
        if (at.isEmpty() || !kernel.memory().readable(at.getAsLong(), UUID_BYTES)) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(kernel.memory().bytes(at.getAsLong(), UUID_BYTES));
        UUID id = new UUID(bytes.getLong(), bytes.getLong());
        return Optional.of(id).filter(uuid -> uuid.version() == 4 && uuid.variant() == 2);
    }

    /** The guest's clock as it last ticked, in milliseconds since 1970; empty if it has none. */
    public OptionalLong clockMillis() {
        return WallClock.of(kernel).stream().mapToLong(WallClock::millis).findFirst();
    }
}
