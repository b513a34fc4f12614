package dev.tablewalk.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Text that a shell would run, as the commands in it: so much of a shell's rules as documents use.
 */
final class CommandLines {
    private final String text;
    private final boolean session;
    private final List<List<String>> commands = new ArrayList<>();
    private List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean redirects;

    private CommandLines(String text, boolean session) {
        this.text = text;
        this.session = session;
    }

    /**
     * The commands, each as its words, without comments, assignments and redirections.
     *
     * @param session whether commands stand behind a {@code $} and all else is what they print
     */
    static List<List<String>> of(String text, boolean session) {
        CommandLines lines = new CommandLines(text, session);
        lines.read();
        return lines.commands;
    }

    static boolean isTablewalk(List<String> words) {
        String command = words.getFirst();
        return command.equals("tablewalk") || command.endsWith("/tablewalk");
    }

    private void read() {
        int at = 0;
        while (at < text.length()) {
            if (session && !text.startsWith("$ ", at)) {
                at = endOfLine(at) + 1;
            } else {
                at = readLine(session ? at + 2 : at);
            }
        }
    }

    private int endOfLine(int at) {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    /** Reads to the end of a line, and further where it goes on; returns where the next begins. */
    private int readLine(int begin) {
        int at = begin;
        while (at < text.length() && text.charAt(at) != '\n') {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                if (text.charAt(at + 1) != '\n') {
                    put(text.charAt(at + 1));
                }
                at += 2;
            } else if (c == '\'' || c == '"') {
                int end = text.indexOf(c, at + 1);
                if (end < 0) {
                    throw new IllegalArgumentException("a quote is not closed: " + text);
                }
                inWord = true;
                word.append(text, at + 1, end);
                at = end + 1;
            } else if (c == '#' && !inWord) {
                at = endOfLine(at);
            } else if (c == '>' || c == '<') {
                if (word.chars().allMatch(Character::isDigit)) {
                    word.setLength(0); // the descriptor
                    inWord = false;
                }
                endWord();
                redirects = true;
                at++;
                if (at < text.length() && (text.charAt(at) == '&' || text.charAt(at) == '>')) {
                    at++;
                }
            } else if (c == '|' || c == ';' || c == '&') {
                endCommand();
                at++;
            } else if (Character.isWhitespace(c)) {
                endWord();
                at++;
            } else {
                put(c);
                at++;
            }
        }
        endCommand();
        return at + 1;
    }

    private void put(char c) {
        word.append(c);
        inWord = true;
    }

    private void endWord() {
        if (!inWord) {
            return;
        }
        boolean assigns = words.isEmpty() && word.toString().matches("[A-Z_a-z]+=.*");
        if (redirects) {
            redirects = false;
        } else if (!assigns) {
            words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
    }

    private void endCommand() {
        endWord();
        redirects = false;
        if (!words.isEmpty()) {
            commands.add(words);
            words = new ArrayList<>();
        }
    }
}
