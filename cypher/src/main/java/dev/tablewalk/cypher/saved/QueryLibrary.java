package dev.tablewalk.cypher.saved;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The saved queries: those that come with tablewalk, and the user's own. */
public final class QueryLibrary {
    private final Map<String, SavedQuery> queries;
    private final String listedBy;

    private QueryLibrary(Collection<SavedQuery> queries) {
        this(queries, "tablewalk queries");
    }

    private QueryLibrary(Collection<SavedQuery> queries, String listedBy) {
        this.listedBy = listedBy;
        this.queries = new LinkedHashMap<>();
        queries.stream()
                .sorted(Comparator.comparing(SavedQuery::category).thenComparing(SavedQuery::id))
                .forEach(query -> this.queries.put(query.id(), query));
    }

    /** Only those that come with tablewalk. Reads their files; opens no store. */
    public static QueryLibrary builtIn() {
        return new QueryLibrary(QueryFiles.builtIn());
    }

    /**
     * Questions in SQL, to a data set of many checkpoints. Reads their files.
     *
     * @param folder that holds them, as a class loader gives it
     * @param listedBy the command that lists them
     */
    public static QueryLibrary sql(URL folder, String listedBy) {
        return new QueryLibrary(QueryFiles.builtIn(folder, SavedQueryFile.Language.SQL), listedBy);
    }

    /**
     * Those that come with tablewalk, and all in some folders. Reads their files; opens no store.
     *
     * @throws UserError if a folder or file cannot be read, a file is not as it must be, two files
     *     have one id, or one has a built-in's id and does not say that it replaces it
     */
    public static QueryLibrary with(List<Path> folders) {
        Map<String, SavedQuery> all = new LinkedHashMap<>();
        QueryFiles.builtIn().forEach(query -> all.put(query.id(), query));
        Set<String> builtIn = Set.copyOf(all.keySet());
        for (Path folder : distinct(folders)) {
            for (SavedQuery own : QueryFiles.in(folder)) {
                requireNoClash(own, all, builtIn);
                all.put(own.id(), own);
            }
        }
        return new QueryLibrary(all.values());
    }

    /** A folder that is named twice is read once. */
    private static Set<Path> distinct(List<Path> folders) {
        Set<Path> real = new LinkedHashSet<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw UserError.input("no folder " + folder + " to read queries from");
            }
            try {
                real.add(folder.toRealPath());
            } catch (IOException e) {
                throw UserError.input(
                        "the folder of queries " + folder + " cannot be read: " + e.getMessage(),
                        e);
            }
        }
        return real;
    }

    private static void requireNoClash(
            SavedQuery own, Map<String, SavedQuery> all, Set<String> builtIn) {
        SavedQuery other = all.get(own.id());
        if (other != null && !other.isBuiltIn()) {
            throw UserError.input(
                    own.origin() + " and " + other.origin() + " have one id: rename one of them");
        }
        if (own.replacesBuiltIn() && !builtIn.contains(own.id())) {
            throw UserError.input(
                    own.origin()
                            + " says that it replaces a built-in query, and there is no "
                            + own.id());
        }
        if (other != null && !own.replacesBuiltIn()) {
            throw UserError.input(
                    own.origin()
                            + " has the id of a built-in query: rename it, or add '// replaces: "
                            + SavedQuery.BUILT_IN
                            + "' if it is to stand for that");
        }
    }

    /** All, by category and id. */
    public List<SavedQuery> all() {
        return List.copyOf(queries.values());
    }

    /** All constraints of single moments, by category and id. */
    public List<SavedQuery> constraints() {
        return constraints(SavedQuery.Subject.CHECKPOINT);
    }

    /** All constraints of a subject, by category and id. */
    public List<SavedQuery> constraints(SavedQuery.Subject subject) {
        return queries.values().stream()
                .filter(query -> query.kind() == SavedQuery.Kind.CONSTRAINT)
                .filter(query -> query.subject() == subject)
                .toList();
    }

    /**
     * One of them.
     *
     * @throws UserError if there is none of that id
     */
    public SavedQuery get(String id) {
        SavedQuery query = queries.get(id);
        if (query == null) {
            throw UserError.input(
                    "no saved query '"
                            + id
                            + "'"
                            + Nearest.of(id, queries.keySet())
                                    .map(near -> ": did you mean " + near + "?")
                                    .orElse("")
                            + "; "
                            + listedBy
                            + " lists them");
        }
        return query;
    }
}
