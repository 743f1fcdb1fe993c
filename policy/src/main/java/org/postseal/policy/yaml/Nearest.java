package org.postseal.policy.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the valid name that an admin most likely meant: the one with the smallest edit distance, ignoring case. */
public final class Nearest {
    private Nearest() {}

    /** Returns the nearest of the valid names; empty when none is near enough to be a misspelling. */
    public static Optional<String> of(String given, Collection<String> valid) {
        String wanted = given.substring(0, Math.min(given.length(), LONGEST)).toLowerCase(Locale.ROOT);
        int bound = Math.max(2, wanted.length() / 2);
        return valid.stream()
                .min(Comparator.comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT))))
                .filter(name -> distance(wanted, name.toLowerCase(Locale.ROOT)) <= bound);
    }

    /**
     * Returns {@code (nearest: NAME)} with a blank before it, or the valid names if there are few of them, or nothing.
     */
    public static String hint(String given, Collection<String> valid) {
        return of(given, valid)
                .map(name -> " (nearest: " + name + ")")
                .orElseGet(() ->
                        valid.isEmpty() || valid.size() > FEW ? "" : " (valid: " + String.join(", ", valid) + ")");
    }

    // The distance is the optimal string alignment: an insertion, a deletion, a replacement and a swap of neighbours
    // cost 1 each.
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    private static final int LONGEST = 80;
    private static final int FEW = 12;
}
