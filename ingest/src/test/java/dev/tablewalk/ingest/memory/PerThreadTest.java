package dev.tablewalk.ingest.memory;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PerThreadTest {
    /** As readers do that are part of an image. */
    private static final class Owner {
        final PerThread<Part> parts = new PerThread<>(Part::new);

        final class Part {
            Owner owner() {
                return Owner.this;
            }
        }
    }

    @Test
    void eachThreadHasItsOwn() {
        Owner owner = new Owner();
        Owner.Part mine = owner.parts.get();
        assertSame(mine, owner.parts.get());
        assertSame(owner, mine.owner());
        CompletableFuture<Owner.Part> others = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> others.complete(owner.parts.get()));
        assertNotSame(mine, others.join());
    }

    /** Though the thread that used it lives on. */
    @Test
    void goesWithItsOwner() throws InterruptedException {
        WeakReference<Owner> owner = used();
        for (int i = 0; i < 100 && owner.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(owner.get());
    }

    private static WeakReference<Owner> used() {
        Owner owner = new Owner();
        owner.parts.get();
        return new WeakReference<>(owner);
    }
}
