package dev.tablewalk.cli.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts text into statements, which end with {@code ;}, and commands, which begin with {@code :} and
 * end with their line. Takes the text in any pieces. A {@code ;} in a string, in back quotes or in
 * a comment ends nothing; comments between statements are dropped. No statement of Cypher begins
 * with a colon.
 */
final class StatementScanner {
    /** What the next character would be part of. */
    enum Place {
        /** Of a statement, or of nothing yet. */
        CODE,
        /** Of a string or a quoted name. */
        QUOTED,
        COMMENT,
        COMMAND
    }

    private enum State {
        CODE(Place.CODE),
        /** After a slash that may begin a comment. */
        SLASH(Place.CODE),
        LINE_COMMENT(Place.COMMENT),
        BLOCK_COMMENT(Place.COMMENT),
        /** After a star that may end a comment. */
        BLOCK_STAR(Place.COMMENT),
        SINGLE(Place.QUOTED),
        SINGLE_ESCAPE(Place.QUOTED),
        DOUBLE(Place.QUOTED),
        DOUBLE_ESCAPE(Place.QUOTED),
        BACK(Place.QUOTED),
        COMMAND(Place.COMMAND);

        private final Place place;

        State(Place place) {
            this.place = place;
        }
    }

    private final StringBuilder pending = new StringBuilder();
    private State state = State.CODE;

    /** All that is in a text, the last too if it is not ended. */
    static List<ShellInput> all(String text) {
        StatementScanner scanner = new StatementScanner();
        List<ShellInput> all = new ArrayList<>(scanner.add(text));
        scanner.end().ifPresent(all::add);
        return all;
    }

    /** Takes the next piece of text; returns what it ends. */
    List<ShellInput> add(String text) {
        List<ShellInput> ended = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            take(text.charAt(i), ended);
        }
        return ended;
    }

    /** The text is over: what is pending, if anything is. */
    Optional<ShellInput> end() {
        if (state == State.SLASH) {
            pending.append('/');
        }
        List<ShellInput> ended = new ArrayList<>();
        emit(ended);
        return ended.stream().findFirst();
    }

    /** Whether more must come: a statement has begun, or a comment is open. */
    boolean isOpen() {
        return !pending.isEmpty()
                || state == State.SLASH
                || state == State.BLOCK_COMMENT
                || state == State.BLOCK_STAR;
    }

    Place place() {
        return state.place;
    }

    /** What has begun and is not ended. */
    String pending() {
        return pending.toString();
    }

    private void take(char c, List<ShellInput> ended) {
        switch (state) {
            case CODE -> code(c, ended);
            case SLASH -> slash(c, ended);
            case LINE_COMMENT -> comment(c, c == '\n' ? State.CODE : State.LINE_COMMENT);
            case BLOCK_COMMENT -> comment(c, c == '*' ? State.BLOCK_STAR : State.BLOCK_COMMENT);
            case BLOCK_STAR ->
                    comment(
                            c,
                            c == '/'
                                    ? State.CODE
                                    : c == '*' ? State.BLOCK_STAR : State.BLOCK_COMMENT);
            case SINGLE -> quoted(c, '\'', State.SINGLE, State.SINGLE_ESCAPE);
            case DOUBLE -> quoted(c, '"', State.DOUBLE, State.DOUBLE_ESCAPE);
            case SINGLE_ESCAPE -> append(c, State.SINGLE);
            case DOUBLE_ESCAPE -> append(c, State.DOUBLE);
            case BACK -> append(c, c == '`' ? State.CODE : State.BACK);
            case COMMAND -> {
                if (c == '\n') {
                    emit(ended);
                } else {
                    append(c, State.COMMAND);
                }
            }
        }
    }

    private void code(char c, List<ShellInput> ended) {
        if (c == '/') {
            state = State.SLASH;
        } else if (c == ';') {
            emit(ended);
        } else if (!pending.isEmpty() || !Character.isWhitespace(c)) {
            append(c, pending.isEmpty() && c == ':' ? State.COMMAND : opened(c));
        }
    }

    private static State opened(char c) {
        return switch (c) {
            case '\'' -> State.SINGLE;
            case '"' -> State.DOUBLE;
            case '`' -> State.BACK;
            default -> State.CODE;
        };
    }

    private void slash(char c, List<ShellInput> ended) {
        if (c == '/' || c == '*') {
            if (!pending.isEmpty()) {
                pending.append('/');
            }
            comment(c, c == '/' ? State.LINE_COMMENT : State.BLOCK_COMMENT);
        } else {
            append('/', State.CODE);
            code(c, ended);
        }
    }

    private void comment(char c, State next) {
        if (!pending.isEmpty()) {
            pending.append(c);
        }
        state = next;
    }

    private void quoted(char c, char quote, State inside, State escape) {
        append(c, c == quote ? State.CODE : c == '\\' ? escape : inside);
    }

    private void append(char c, State next) {
        pending.append(c);
        state = next;
    }

    private void emit(List<ShellInput> ended) {
        String text = pending.toString().strip();
        boolean command = state == State.COMMAND;
        pending.setLength(0);
        state = State.CODE;
        if (command) {
            // Out of habit people end these too.
            String line = text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
            ended.add(new ShellInput.Command(line.substring(1).strip()));
        } else if (!text.isEmpty()) {
            ended.add(new ShellInput.Statement(text));
        }
    }
}
