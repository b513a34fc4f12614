package dev.tablewalk.cli.mcp;

import dev.tablewalk.cli.report.SavedQueryText;
import dev.tablewalk.cypher.saved.QueryLibrary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists the saved queries. */
final class SavedQueriesTool extends Tool {
    private static final int MOST = 1000;
    private static final List<String> SHORT =
            List.of("id", "category", "kind", "of", "severity", "title", "meaning", "parameters");

    private final QueryLibrary library;

    SavedQueriesTool(QueryLibrary library) {
        super(
                "saved_queries",
                "Saved queries",
                "Lists questions that are written already, with what a row of each means and the"
                        + " parameters it takes; saved_query asks one. A row of a constraint is a"
                        + " violation (the tool check asks them all), a row of a report a fact. of"
                        + " says whether it asks one moment (checkpoint) or what changed (diff)."
                        + " With id, tells all of one: its columns, what is found though all is"
                        + " well, and its Cypher, which is a good example to begin from.",
                new Shape().maybe("id", Shape.text(), "Tell all of this one."),
                Fitting.shape("queries", "A saved query each."));
        this.library = library;
    }

    @Override
    Map<String, @Nullable Object> answer(Arguments arguments, Call call) {
        Fitting rows = new Fitting(MOST);
        String id = arguments.optionalText("id");
        if (id != null) {
            rows.add(() -> SavedQueryText.json(library.get(id)));
            return rows.answer("queries", true);
        }
        library.all()
                .forEach(
                        query ->
                                rows.add(
                                        () -> {
                                            Map<String, @Nullable Object> json =
                                                    new LinkedHashMap<>(SavedQueryText.json(query));
                                            json.keySet().retainAll(SHORT);
                                            return json;
                                        }));
        return rows.answer("queries", true);
    }
}
