package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.client.Asked;
import dev.tablewalk.cli.client.Client;
import dev.tablewalk.cli.process.Owner;
import dev.tablewalk.cypher.OpenStores;
import dev.tablewalk.cypher.saved.ParameterType;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every constraint, saved query and recipe has the same answer from a process that opens the store
 * for it alone, and from one that has it open for others, asked for the first time and again.
 */
class SameAnswersIT {
    private static final String GUEST = "arm64-6.1";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private Path home() {
        return folder.resolve("home");
    }

    @Test
    void aloneAndAskedAndAskedAgain() throws IOException {
        LabGuest guest = LabGuests.require(GUEST);
        String home = home().toString();
        Cli.succeed("--home", home, "ingest", guest.image(1).toString(), "--as", "before");
        Cli.succeed("--home", home, "ingest", guest.image(2).toString(), "--as", "after");
        assertEquals(
                1,
                Cli.run("--home", home, "diff", "before", "after", "--as", "changes").exitCode());
        Map<List<String>, Cli> alone = new LinkedHashMap<>();
        for (List<String> command : commands()) {
            alone.put(command, Cli.run(args(command)).withoutSeconds());
        }
        try (OpenStores stores = new OpenStores(2);
                Owner owner = Owner.become(home(), Client.mine(false), Main::run, stores)) {
            assertNotNull(owner);
            int answered = 0;
            for (int time = 1; time <= 2; time++) {
                for (Map.Entry<List<String>, Cli> asked : alone.entrySet()) {
                    Cli answer = Asked.run(home(), args(asked.getKey())).withoutSeconds();
                    assertEquals(asked.getValue(), answer, asked.getKey()::toString);
                    answered += answer.out().isEmpty() ? 0 : 1; // no rows may be the answer
                }
            }
            assertTrue(answered > alone.size(), answered + " of " + 2 * alone.size());
        }
    }

    private String[] args(List<String> command) {
        List<String> args = new ArrayList<>(List.of("--home", home().toString()));
        args.addAll(command);
        return args.toArray(String[]::new);
    }

    private static List<List<String>> commands() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        for (SavedQuery query : QueryLibrary.builtIn().all()) {
            String name = query.subject() == Subject.DIFF ? "changes" : "before";
            List<String> command = new ArrayList<>(List.of("query", name, "--saved", query.id()));
            for (SavedQuery.Parameter parameter : query.parameters()) {
                if (parameter.standard() == null) {
                    command.addAll(List.of("-p", parameter.name() + "=" + any(parameter.type())));
                }
            }
            commands.add(command);
        }
        for (String recipe : Docs.recipes()) {
            commands.add(List.of("query", "before", recipe, "--format", "ndjson"));
        }
        commands.add(List.of("check", "before", "--format", "json"));
        commands.add(List.of("walk", "before", "--pid", "1", "0xffff800008000000"));
        commands.add(List.of("diff", "before", "after", "--format", "ndjson"));
        commands.add(List.of("info", "before"));
        commands.add(List.of("list"));
        commands.add(List.of("query", "before", "RETRUN 1"));
        commands.add(List.of("query", "nobody", "RETURN 1"));
        return commands;
    }

    private static String any(ParameterType type) {
        return switch (type) {
            case INTEGER -> "1";
            case TEXT -> "swapper/0";
            case BOOLEAN -> "true";
            case FLOAT -> "0.5";
            case LIST -> "[1]";
        };
    }
}
