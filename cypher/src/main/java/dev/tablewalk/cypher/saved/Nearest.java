package dev.tablewalk.cypher.saved;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What a misspelt word was meant to be. */
public final class Nearest {
    private Nearest() {}

    /** The word that takes the fewest changes, if they are few for its length. */
    public static Optional<String> of(String typed, Collection<String> words) {
        return words.stream()
                .filter(word -> isNear(typed, word))
                .min(Comparator.comparingInt(word -> distance(typed, word)));
    }

    private static boolean isNear(String typed, String word) {
        return distance(typed, word) <= Math.max(2, word.length() / 3)
                || (typed.length() > 3 && word.contains(typed));
    }

    /** Levenshtein's distance: letters put in, taken out or changed. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
