package dev.tablewalk.cli.input;

import dev.tablewalk.cypher.check.Baseline;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command takes of options to accept findings. */
public final class BaselineOptions {
    private static final int DAYS = 90;
    private static final String NEVER = "never";

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description =
                    "Findings that FILE accepts are no violations. They are shown as accepted, with"
                            + " the reason that FILE gives, until the day that it gives.")
    private @Nullable Path file;

    @Option(
            names = "--update-baseline",
            description =
                    "Write FILE: accept all that is found now, and take out entries that match"
                            + " nothing any more. Others keep their reasons and days.")
    private boolean update;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why --update-baseline accepts what FILE does not yet.")
    private @Nullable String reason;

    @Option(
            names = "--expires",
            paramLabel = "DATE",
            description =
                    "Last day (UTC) of what --update-baseline adds, such as 2027-06-30, or never; "
                            + DAYS
                            + " days from today if not given.")
    private @Nullable String expires;

    /**
     * The baseline that was asked for, or null.
     *
     * @throws UserError if it cannot be read or is not as it must be, or the options do not fit
     */
    public @Nullable HeldBaseline read(QueryLibrary library) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Baseline.Terms terms = terms(today);
        if (file == null) {
            if (update) {
                throw UserError.input("--update-baseline needs --baseline FILE: what to write");
            }
            return null;
        }
        return new HeldBaseline(file, baseline(file, library), today, terms);
    }

    private Baseline.@Nullable Terms terms(LocalDate today) {
        if (!update) {
            if (reason != null || expires != null) {
                throw UserError.input(
                        (reason == null ? "--expires" : "--reason")
                                + " goes with --update-baseline: it is of what that adds");
            }
            return null;
        }
        String why = reason == null ? "no reason given yet" : reason.strip();
        if (why.isEmpty() || why.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw UserError.input("--reason takes one line of text");
        }
        return new Baseline.Terms(why, last(today));
    }

    private @Nullable LocalDate last(LocalDate today) {
        if (expires == null) {
            return today.plusDays(DAYS);
        }
        if (expires.equals(NEVER)) {
            return null;
        }
        LocalDate last;
        try {
            last = LocalDate.parse(expires);
        } catch (DateTimeException e) {
            throw UserError.input(
                    "--expires takes a date such as 2027-06-30, or never, and '"
                            + expires
                            + "' is neither",
                    e);
        }
        if (last.isBefore(today)) {
            throw UserError.input("--expires " + expires + " is past: it would accept nothing");
        }
        return last;
    }

    private Baseline baseline(Path path, QueryLibrary library) {
        if (!Files.exists(path)) {
            Path folder = path.toAbsolutePath().normalize().getParent();
            if (update && folder != null && Files.isDirectory(folder)) {
                return Baseline.empty();
            }
            throw UserError.input(
                    update
                            ? "no folder to write the baseline " + path + " into"
                            : "no baseline " + path + ": --update-baseline makes one");
        }
        try {
            return Baseline.parse(path.toString(), Files.readString(path), library);
        } catch (IOException e) {
            throw UserError.input(
                    "the baseline "
                            + path
                            + (Files.isDirectory(path)
                                    ? " is a folder"
                                    : " cannot be read as UTF-8: " + e.getMessage()),
                    e);
        }
    }
}
