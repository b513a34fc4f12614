package dev.tablewalk.ingest.fuzz;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Damages images of real guests, and holds the graph of each against that of the sound image and
 * what the guest said of itself. A seed tells the image and what is done to it.
 */
final class GuestFuzz implements AutoCloseable {
    /** Successive seeds that damage the same image: a sound one takes seconds to be read. */
    private static final int SEEDS_AN_IMAGE = 8;

    /** Of what takes longer nobody waits for the end; an undamaged image takes a few seconds. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** What the graph of a damaged image is. */
    enum Verdict {
        /** All that is judged is as in the sound image. */
        RIGHT,
        /** What is not is told: {@link Judgement} says what counts. */
        TOLD,
        /** There is none, and one line says why. */
        REFUSED,
        /** Something is wrong, and nothing tells it. */
        SILENT,
        /** Reading it ended in no refusal, or not at all. */
        CRASHED;

        boolean isFailure() {
            return this == SILENT || this == CRASHED;
        }
    }

    private final Path folder;
    private final List<FuzzSubject.Name> names;
    private final Consumer<String> out;
    private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    private final List<String> failures = new ArrayList<>();
    private @Nullable FuzzSubject subject;
    private @Nullable DamagedImage image;

    /**
     * @param folder for copies of images
     * @param names of images to damage
     * @param out takes a line for each seed
     */
    GuestFuzz(Path folder, List<FuzzSubject.Name> names, Consumer<String> out) {
        this.folder = folder;
        this.names = names;
        this.out = out;
    }

    /** How often each verdict was. */
    Map<Verdict, Integer> counts() {
        return counts;
    }

    /** What was silent or crashed, by seed. */
    List<String> failures() {
        return failures;
    }

    /**
     * Tries one seed.
     *
     * @param keep a folder for the damaged image, or null
     */
    Verdict run(long seed, @Nullable Path keep) throws IOException {
        FuzzSubject.Name name =
                names.get(
                        (int)
                                Math.floorMod(
                                        Math.floorDiv(seed, SEEDS_AN_IMAGE), (long) names.size()));
        DamagedImage damaged = image;
        FuzzSubject known = subject;
        if (damaged == null || known == null || !known.toString().equals(name.toString())) {
            if (damaged != null) {
                damaged.close();
            }
            known = FuzzSubject.of(name);
            damaged = new DamagedImage(known, folder);
            subject = known;
            image = damaged;
        }
        damaged.make(seed);
        if (keep != null) {
            damaged.keep(keep);
        }
        StringBuilder text = new StringBuilder();
        Verdict verdict = judge(known, damaged, text);
        counts.merge(verdict, 1, Integer::sum);
        String line =
                "seed " + seed + " " + name + " (" + damaged.done() + ") " + verdict + ": " + text;
        out.accept(line);
        if (verdict.isFailure()) {
            failures.add(line);
        }
        return verdict;
    }

    private static Verdict judge(FuzzSubject subject, DamagedImage image, StringBuilder text) {
        CompletableFuture<GuestFacts> facts = new CompletableFuture<>();
        Thread reader =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        facts.complete(
                                                FuzzSubject.read(
                                                        image.files(), image.incomplete()));
                                    } catch (Throwable e) {
                                        facts.completeExceptionally(e);
                                    }
                                });
        try {
            Judgement judgement =
                    new Judgement(subject, facts.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            text.append(judgement);
            return judgement.wrong() == 0
                    ? Verdict.RIGHT
                    : judgement.untold().isEmpty() ? Verdict.TOLD : Verdict.SILENT;
        } catch (TimeoutException e) {
            text.append("no end after ").append(LIMIT.toMinutes()).append(" minutes, at");
            for (StackTraceElement at : reader.getStackTrace()) {
                text.append("\n    ").append(at);
            }
            return Verdict.CRASHED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof UserError error
                    && error.kind() == UserError.Kind.IMAGE
                    && !message.contains("\n")) {
                text.append(message);
                return Verdict.REFUSED;
            }
            text.append(cause);
            for (StackTraceElement at : cause.getStackTrace()) {
                text.append("\n    ").append(at);
                if (text.length() > 4000) {
                    break;
                }
            }
            return Verdict.CRASHED;
        }
    }

    @Override
    public void close() throws IOException {
        if (image != null) {
            image.close();
        }
    }

    /**
     * A program, for {@code bench/fuzz}. Its arguments: a folder for copies; {@code minutes}, how
     * many, and the first seed; or {@code seed}, which, and a folder to keep the damaged image in
     * or nothing.
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (GuestFuzz fuzz = new GuestFuzz(Path.of(args[0]), FuzzSubject.names(), out::println)) {
            if (args[1].equals("seed")) {
                Path keep = args.length > 3 ? Path.of(args[3]) : null;
                fuzz.run(Long.parseLong(args[2]), keep);
            } else {
                long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.parseLong(args[2]));
                for (long seed = Long.parseLong(args[3]); System.nanoTime() < end; seed++) {
                    fuzz.run(seed, null);
                }
            }
            out.println(fuzz.counts());
            System.exit(fuzz.failures().isEmpty() ? 0 : 1);
        }
    }
}
