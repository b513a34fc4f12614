package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.input.Vocabulary;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.util.List;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;

/** What Tab offers. JLine keeps what the word begins with. */
final class ShellCompleter implements Completer {
    private final Session session;

    ShellCompleter(Session session) {
        this.session = session;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        candidates.addAll(after(line.line().substring(0, line.cursor())));
    }

    /** All that could follow a text, whatever its last word is. */
    List<Candidate> after(String text) {
        Expected expected = Expected.after(text);
        boolean diff = session.checkpoint().info().isDiff();
        String owner = expected.owner();
        return switch (expected.kind()) {
            case NOTHING -> List.of();
            case LABEL -> open(Vocabulary.labels(diff));
            case TYPE -> open(Vocabulary.types());
            case PROPERTY -> open(Vocabulary.properties(owner, diff));
            case PARAMETER ->
                    open(session.parameters().texts().keySet().stream().sorted().toList());
            case QUALIFIED ->
                    Vocabulary.functions().stream()
                            .filter(name -> name.startsWith(owner + "."))
                            .map(name -> name.substring(owner.length() + 1) + "(")
                            .map(ShellCompleter::open)
                            .toList();
            case CYPHER ->
                    Stream.concat(
                                    Vocabulary.keywords().stream().map(ShellCompleter::whole),
                                    Vocabulary.functions().stream().map(name -> open(name + "(")))
                            .toList();
            case COMMAND ->
                    Commands.ALL.stream()
                            .filter(command -> !command.name().endsWith("!")) // say that in full
                            .map(
                                    command ->
                                            candidate(
                                                    ":" + command.name(), command.summary(), true))
                            .toList();
            case ARGUMENT -> arguments(Words.of(owner), expected.word());
        };
    }

    /** What could follow the words of a command. */
    private List<Candidate> arguments(List<String> words, String word) {
        return switch (words.getFirst()) {
            case "saved" ->
                    words.size() == 1
                            ? session.library().all().stream()
                                    .map(query -> candidate(query.id(), query.title(), true))
                                    .toList()
                            : parameters(words.get(1));
            case "param" ->
                    words.size() > 1
                            ? List.of()
                            : Stream.concat(
                                            Stream.of(whole("clear")),
                                            session.parameters().texts().keySet().stream()
                                                    .sorted()
                                                    .map(key -> open(key + "=")))
                                    .toList();
            case "export", "export!" -> words.size() > 1 ? List.of() : session.files().after(word);
            case "hex" -> Stream.of("on", "off").map(ShellCompleter::whole).toList();
            case "help" -> Commands.ALL.stream().map(command -> whole(command.name())).toList();
            default -> List.of();
        };
    }

    private List<Candidate> parameters(String id) {
        return session.library().all().stream()
                .filter(query -> query.id().equals(id))
                .map(SavedQuery::parameters)
                .flatMap(List::stream)
                .map(parameter -> candidate(parameter.name() + "=", parameter.meaning(), false))
                .toList();
    }

    private static List<Candidate> open(List<String> values) {
        return values.stream().map(ShellCompleter::open).toList();
    }

    /** A word that something without a space could follow. */
    static Candidate open(String value) {
        return candidate(value, null, false);
    }

    private static Candidate whole(String value) {
        return candidate(value, null, true);
    }

    @SuppressWarnings("NullAway") // JLine takes null for what there is not
    private static Candidate candidate(String value, @Nullable String meaning, boolean complete) {
        return new Candidate(value, value, null, meaning, null, null, complete);
    }
}
