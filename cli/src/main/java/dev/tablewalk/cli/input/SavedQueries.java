package dev.tablewalk.cli.input;

import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Where saved queries come from: what a command takes of options to find them. */
public final class SavedQueries {
    @Option(
            names = "--queries",
            paramLabel = "DIR",
            description =
                    "A folder of your own saved queries, besides the folder 'queries' of --home."
                            + " Repeat for more.")
    private List<Path> folders = List.of();

    /** Ids of the queries that come with tablewalk, for a shell to complete. */
    public static final class Ids implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return QueryLibrary.builtIn().all().stream().map(SavedQuery::id).iterator();
        }
    }

    /** All there are. */
    public QueryLibrary library(StoreHome home) {
        List<Path> all = new ArrayList<>();
        if (Files.isDirectory(home.queries())) {
            all.add(home.queries());
        }
        all.addAll(folders);
        return QueryLibrary.with(all);
    }

    /** The folders that were named. */
    public List<Path> folders() {
        return folders;
    }

    /** Says so if folders were named that nothing is read from. */
    public void requireUnused() {
        if (!folders.isEmpty()) {
            throw UserError.input("--queries goes with --saved: name the query of that folder");
        }
    }

    /** Says so if a value is given that no query takes. */
    public static void requireKnown(Map<String, String> given, List<SavedQuery> queries) {
        TreeSet<String> known =
                queries.stream()
                        .flatMap(query -> query.parameters().stream())
                        .map(SavedQuery.Parameter::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        for (String key : given.keySet()) {
            if (!known.contains(key)) {
                throw UserError.input(
                        "no parameter "
                                + key
                                + (queries.size() == 1
                                        ? " of query " + queries.getFirst().id()
                                        : " of these queries")
                                + ": there "
                                + (known.isEmpty()
                                        ? "is none"
                                        : (known.size() == 1 ? "is " : "are ")
                                                + String.join(", ", known)));
            }
        }
        queries.forEach(query -> query.requireTypes(given));
    }
}
