package dev.tablewalk.cli.shell;

import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Tells JLine whether Enter ends what is typed, and which word Tab is to complete. */
final class StatementParser implements Parser {
    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE || context == ParseContext.SECONDARY_PROMPT) {
            StatementScanner scanner = new StatementScanner();
            scanner.add(line);
            scanner.add("\n");
            if (scanner.isOpen()) {
                throw new EOFError(-1, -1, "a statement ends with ;", "");
            }
        }
        String before = line.substring(0, cursor);
        return new Line(line, cursor, Expected.after(before).word());
    }

    /** JLine's default takes a backslash for its own. */
    @Override
    public boolean isEscapeChar(char c) {
        return false;
    }

    /** A line of which only the word before the cursor matters. */
    private record Line(String line, int cursor, String word) implements CompletingParsedLine {
        @Override
        public int wordCursor() {
            return word.length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return word.length();
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }
    }
}
